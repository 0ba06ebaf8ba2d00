import { type CaseEvent, openCase } from '@tra/cases';
import { uuidv7 } from '@tra/kernel';
import { sql } from '@tra/platform-storage';
import { describeOnEachDatabase } from '@tra/platform-storage/testing';
import { systemRandom } from '@tra/platform-system';
import { expect, it } from 'vitest';
import { verifyChain } from '../src/case-log.ts';
import { loadDefinitions } from '../src/services.ts';
import { listOwnCases, listQueue } from '../src/store/case-list.ts';
import {
  appendEvent,
  claimReceipt,
  countDrafts,
  findCase,
  findCaseRow,
  insertCase,
  type NewCase,
  type Tables,
  updateCase,
} from '../src/store/case-store.ts';
import { decodeCursor, encodeCursor } from '../src/store/cursor.ts';
import { nextNumber } from '../src/store/licence-store.ts';
import type { LicensingTables } from '../src/store/tables.ts';
import { createWorld, migrations, type World } from './world.ts';

const [definition] = loadDefinitions();

describeOnEachDatabase('the store', (open) => {
  const withTables = async (work: (tables: Tables, world: World) => Promise<void>) => {
    const world = await createWorld({ database: await open({ migrations }) });
    try {
      await work(world.database.tables<LicensingTables>(), world);
    } finally {
      await world.close();
    }
  };
  let made = 0;
  const insert = async (world: World, more: Partial<NewCase> = {}): Promise<string> => {
    made += 1;
    world.clock.advance(1);
    const id = uuidv7(world.clock, systemRandom);
    const row: NewCase = {
      id,
      reference: `EC-${made}`,
      service_id: 'dbd.ecommerce-registration',
      service_version: '1.0.0',
      agency_id: 'dbd',
      applicant: 'somchai',
      data: { personName: 'ก "ข" \\ 😀', channels: ['website'] },
      search: `ec-${made} ร้านผ้าไหม`,
      ...more,
    };
    const event = openCase(definition!, { accountId: row.applicant, now: world.clock.now() });
    await world.database.transaction<LicensingTables, void>(async (trx) => {
      await insertCase(trx, row, event, uuidv7(world.clock, systemRandom));
    });
    return id;
  };
  const event = (world: World, seq: number, more: Partial<CaseEvent> = {}): CaseEvent => ({
    seq,
    action: 'submit',
    at: world.clock.now().toISOString(),
    actor: { accountId: 'somchai', role: 'applicant' },
    from: 'draft',
    to: 'payment',
    ...more,
  });
  const append = (world: World, id: string, given: CaseEvent) =>
    world.database.transaction<LicensingTables, void>(async (trx) => {
      const row = await findCaseRow(trx, id, true);
      await appendEvent(trx, row!, given, { eventId: uuidv7(world.clock, systemRandom) });
    });

  it('gives back what was put in, text by text', () =>
    withTables(async (tables, world) => {
      const id = await insert(world);
      const found = await findCase(tables, id);
      expect(found?.row).toMatchObject({
        state: 'draft',
        seq: 1,
        version: 1,
        data: { personName: 'ก "ข" \\ 😀', channels: ['website'] },
      });
      expect(found?.row.created_at).toEqual(world.clock.now());
      expect(found?.row.submitted_at).toBeNull();
      verifyChain(id, found!.events, found!.row.hash);
      expect(await findCase(tables, '01996b1c-3f2a-7c4e-9d2b-5a6f7e8d9c0b')).toBeUndefined();
    }));

  it('takes each reference once', () =>
    withTables(async (tables, world) => {
      await insert(world, { reference: 'EC-SAME' });
      await insert(world, { reference: 'EC-SAME' });
      expect((await listOwnCases(tables, 'somchai', { limit: 10 })).items).toHaveLength(1);
    }));

  it('lets one of two changes of the same version through', () =>
    withTables(async (tables, world) => {
      const id = await insert(world);
      const row = (await findCaseRow(tables, id))!;
      const change = { data: { personName: 'ใหม่' }, updated_at: world.clock.now() };
      await updateCase(tables, row, change);
      await expect(updateCase(tables, row, change)).rejects.toMatchObject({ code: 'licensing.version_conflict' });
      const stale = world.database.transaction<LicensingTables, void>((trx) =>
        appendEvent(trx, row, event(world, 2), { eventId: id }),
      );
      await expect(stale).rejects.toMatchObject({ code: 'licensing.version_conflict' });
      const found = await findCase(tables, id);
      expect(found?.row).toMatchObject({ version: 2, seq: 1, state: 'draft', data: { personName: 'ใหม่' } });
      expect(found?.events).toHaveLength(1);
    }));

  it('writes event and head together or not at all', () =>
    withTables(async (tables, world) => {
      const id = await insert(world);
      const broken = world.database.transaction<LicensingTables, void>(async (trx) => {
        const row = (await findCaseRow(trx, id, true))!;
        await appendEvent(trx, row, event(world, 2), { eventId: uuidv7(world.clock, systemRandom) });
        throw new Error('the process died');
      });
      await expect(broken).rejects.toThrow('the process died');
      expect(await findCase(tables, id)).toMatchObject({ row: { seq: 1, state: 'draft', version: 1 } });
      await append(
        world,
        id,
        event(world, 2, { dueAt: '2026-12-01T16:59:59.999Z', data: { a: 1 }, reason: 'ผ่าน "ดี"' }),
      );
      const found = (await findCase(tables, id))!;
      expect(found.row).toMatchObject({ seq: 2, state: 'payment', version: 2, data: { a: 1 } });
      expect(found.row.due_at?.toISOString()).toBe('2026-12-01T16:59:59.999Z');
      expect(found.row.submitted_at).not.toBeNull();
      verifyChain(id, found.events, found.row.hash);
    }));

  it('refuses to change, delete or empty the log', () =>
    withTables(async (tables, world) => {
      const id = await insert(world);
      const tries = [
        sql`UPDATE licensing_case_events SET hash = 'x' WHERE case_id = ${id}`,
        sql`DELETE FROM licensing_case_events WHERE case_id = ${id}`,
        sql`TRUNCATE licensing_case_events`,
        sql`TRUNCATE licensing_cases CASCADE`,
      ];
      for (const statement of tries) await expect(statement.execute(tables)).rejects.toThrow(/append-only/);
      expect((await findCase(tables, id))?.events).toHaveLength(1);
    }));

  it('finds a log that was changed behind its back', () =>
    withTables(async (tables, world) => {
      const id = await insert(world);
      await append(world, id, event(world, 2));
      await append(world, id, event(world, 3, { action: 'pay', from: 'payment', to: 'screening' }));
      const { events, row } = (await findCase(tables, id))!;
      const damaged = { code: 'licensing.log_damaged' };
      const change = (index: number, more: object) =>
        events.map((stored, at) => (at === index ? { ...stored, ...more } : stored));
      verifyChain(id, events, row.hash);
      expect(() => verifyChain(id, change(1, { event: { ...events[1]!.event, reason: 'x' } }), row.hash)).toThrow(
        expect.objectContaining(damaged),
      );
      expect(() => verifyChain(id, change(1, { hash: 'f'.repeat(64) }), row.hash)).toThrow(
        expect.objectContaining(damaged),
      );
      expect(() => verifyChain(id, events.slice(0, 2), row.hash)).toThrow(expect.objectContaining(damaged));
      expect(() => verifyChain(id, [events[0]!, events[2]!], row.hash)).toThrow(expect.objectContaining(damaged));
      expect(() => verifyChain('01996b1c-3f2a-7c4e-9d2b-5a6f7e8d9c0b', events, row.hash)).toThrow(
        expect.objectContaining(damaged),
      );
    }));

  it('hands out numbers without a gap, also when a transaction is rolled back', () =>
    withTables(async (_tables, world) => {
      const take = (series: string, fail = false) =>
        world.database.transaction<LicensingTables, number>(async (trx) => {
          const number = await nextNumber(trx, series);
          if (fail) throw new Error('rolled back');
          return number;
        });
      expect(await take('a')).toBe(1);
      await expect(take('a', true)).rejects.toThrow('rolled back');
      expect(await take('a')).toBe(2);
      expect(await take('b')).toBe(1);
      const many = await Promise.all(Array.from({ length: 50 }, () => take('a')));
      expect([...many].sort((left, right) => left - right)).toEqual(
        Array.from({ length: 50 }, (_, index) => index + 3),
      );
    }));

  it('takes a receipt once per agency', () =>
    withTables(async (tables, world) => {
      const id = await insert(world);
      const receipt = { agency_id: 'dbd', receipt_number: 'R1', case_id: id, recorded_at: world.clock.now() };
      expect(await claimReceipt(tables, receipt)).toBe(true);
      expect(await claimReceipt(tables, receipt)).toBe(false);
      expect(await claimReceipt(tables, { ...receipt, agency_id: 'other' })).toBe(true);
    }));

  it('orders the queue by what is due, with the rest behind, page by page', () =>
    withTables(async (tables, world) => {
      const ids: string[] = [];
      for (const dueAt of [
        '2026-12-03T00:00:00.000Z',
        undefined,
        '2026-12-01T00:00:00.000Z',
        '2026-12-01T00:00:00.000Z',
        undefined,
      ]) {
        const id = await insert(world);
        await append(world, id, event(world, 2, { data: {}, ...(dueAt ? { dueAt } : {}) }));
        ids.push(id);
      }
      await insert(world);
      const expected = [ids[2], ids[3], ids[0], ids[1], ids[4]];
      const query = { services: ['dbd.ecommerce-registration'], states: ['payment'] };
      const seen: string[] = [];
      let after: string | null = null;
      do {
        const cursor: object = after === null ? {} : { after: decodeCursor(after, 'due') };
        const page = await listQueue(tables, { ...query, limit: 2, ...cursor });
        seen.push(...page.items.map((row) => row.id));
        after = page.next;
      } while (after !== null);
      expect(seen).toEqual(expected);
      expect((await listQueue(tables, { ...query, states: [], limit: 9 })).items).toEqual([]);
      expect((await listQueue(tables, { services: [], limit: 9 })).items).toEqual([]);
      expect(await countDrafts(tables, 'somchai', ['draft'])).toBe(1);
    }));

  it('searches for plain characters only', () =>
    withTables(async (tables, world) => {
      await insert(world, { search: '50% ลดราคา a_b c\\d' });
      await insert(world, { search: 'อื่น' });
      const find = async (q: string) => (await listOwnCases(tables, 'somchai', { limit: 9, q })).items.length;
      expect(await find('50%')).toBe(1);
      expect(await find('%')).toBe(1);
      expect(await find('a_b')).toBe(1);
      expect(await find('aXb')).toBe(0);
      expect(await find('c\\d')).toBe(1);
      expect(await find('ลดราคา')).toBe(1);
      expect(await find('  ลดราคา   A_B ')).toBe(1);
    }));
});

it.each(['', '!', 'MDE5OTZiMWM', encodeCursor({ id: '01996b1c-3f2a-7c4e-9d2b-5a6f7e8d9c0b', due: 'now' })])(
  'refuses the cursor %j',
  (text) => {
    expect(() => decodeCursor(text, 'id')).toThrow(expect.objectContaining({ code: 'licensing.cursor_invalid' }));
    expect(() => decodeCursor(text, 'due')).toThrow(expect.objectContaining({ code: 'licensing.cursor_invalid' }));
  },
);
