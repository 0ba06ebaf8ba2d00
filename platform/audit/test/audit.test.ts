import type { Json } from '@tra/kernel';
import { steppedClock } from '@tra/kernel/testing';
import { type Database, sql } from '@tra/platform-storage';
import { describeOnEachDatabase } from '@tra/platform-storage/testing';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { type Audit, createAudit, migrations } from '../src/index.ts';

const entry = (stream: string, number: number) => ({
  stream,
  actor: 'officer-1',
  action: 'licensing.approve',
  object: `application:${number}`,
  details: { number, note: 'อนุมัติ', nested: { list: [1, null, 'ก'] } },
});

describeOnEachDatabase('audit', (open) => {
  let database: Database;
  let audit: Audit;

  beforeEach(async () => {
    database = await open({ migrations: [migrations] });
    audit = createAudit({ database, clock: steppedClock('2026-11-21T00:00:00.123Z') });
  });
  afterEach(() => database.close());

  const fill = async (stream: string, count: number): Promise<void> => {
    await database.transaction(async (trx) => {
      for (let number = 1; number <= count; number += 1) await audit.append(trx, entry(stream, number));
    });
  };
  const asAttacker = async (statement: string): Promise<void> => {
    await database.transaction(async (trx) => {
      await sql.raw('ALTER TABLE audit_records DISABLE TRIGGER USER').execute(trx);
      await sql.raw(statement).execute(trx);
      await sql.raw('ALTER TABLE audit_records ENABLE TRIGGER USER').execute(trx);
    });
  };
  const codes = async (stream: string) =>
    (await audit.verify(stream)).findings.map(({ code, seq }) => `${code}@${seq}`);

  it('chains records and verifies them', async () => {
    await fill('case:1', 5);
    const records = await audit.list('case:1');
    expect(records.map(({ seq }) => seq)).toEqual([1, 2, 3, 4, 5]);
    expect(records[0]?.previousHash).toBe('0'.repeat(64));
    for (const [index, record] of records.slice(1).entries()) expect(record.previousHash).toBe(records[index]?.hash);
    expect(records[2]).toMatchObject(entry('case:1', 3));
    const verification = await audit.verify('case:1');
    expect(verification).toMatchObject({ verdict: 'passed', records: 5, head: records[4]?.hash, findings: [] });
    expect(await audit.verify('case:unknown')).toMatchObject({ verdict: 'passed', records: 0 });
  });

  it('pages', async () => {
    await fill('case:1', 5);
    const page = await audit.list('case:1', { after: 2, limit: 2 });
    expect(page.map(({ seq }) => seq)).toEqual([3, 4]);
  });

  it('verifies a chain longer than one page', async () => {
    await fill('case:long', 2_001);
    expect(await audit.verify('case:long')).toMatchObject({ verdict: 'passed', records: 2_001 });
  });

  it('leaves no record of a transaction that was undone', async () => {
    await fill('case:1', 1);
    const undone = database.transaction(async (trx) => {
      await audit.append(trx, entry('case:1', 2));
      throw new Error('undone');
    });
    await expect(undone).rejects.toThrow('undone');
    await fill('case:1', 1);
    expect(await audit.verify('case:1')).toMatchObject({ verdict: 'passed', records: 2 });
  });

  it('keeps one chain under concurrent appends', async () => {
    await Promise.all(Array.from({ length: 30 }, () => fill('case:busy', 1)));
    expect(await audit.verify('case:busy')).toMatchObject({ verdict: 'passed', records: 30 });
  });

  it.each([
    "UPDATE audit_records SET actor = 'x'",
    'DELETE FROM audit_records',
    'TRUNCATE audit_records',
    'TRUNCATE audit_records, audit_heads CASCADE',
    'UPDATE audit_heads SET seq = 1',
    "UPDATE audit_heads SET hash = '\\x00'",
    'DELETE FROM audit_heads',
  ])('refuses %s', async (statement) => {
    await fill('case:1', 3);
    await expect(sql.raw(statement).execute(database.tables())).rejects.toMatchObject({ code: '23001' });
    expect(await audit.verify('case:1')).toMatchObject({ verdict: 'passed', records: 3 });
  });

  it('finds each altered column', async () => {
    await fill('case:1', 4);
    for (const change of [
      "actor = 'officer-2'",
      "action = 'x'",
      "object = 'y'",
      "at = at + interval '1 millisecond'",
      `details = '{"number": 2}'`,
    ]) {
      const before = await database.transaction((trx) => sql.raw('SELECT 1').execute(trx));
      expect(before.rows).toHaveLength(1);
      await asAttacker(`CREATE TABLE saved AS SELECT * FROM audit_records WHERE seq = 2;
        UPDATE audit_records SET ${change} WHERE seq = 2`);
      expect(await codes('case:1'), change).toEqual(['audit.record_altered@2']);
      await asAttacker(`DELETE FROM audit_records WHERE seq = 2;
        INSERT INTO audit_records SELECT * FROM saved; DROP TABLE saved`);
      expect(await codes('case:1')).toEqual([]);
    }
  });

  it('finds a record whose own hash was made to fit again', async () => {
    await fill('case:1', 3);
    await asAttacker("UPDATE audit_records SET hash = decode(repeat('ab', 32), 'hex') WHERE seq = 2");
    expect(await codes('case:1')).toEqual(['audit.record_altered@2', 'audit.chain_broken@3']);
  });

  it('finds removed records: the first, one in the middle, the last, all', async () => {
    for (const [stream, where, expected] of [
      ['case:1', 'seq = 1', ['audit.record_missing@1']],
      ['case:2', 'seq = 2', ['audit.record_missing@2']],
      ['case:3', 'seq = 4', ['audit.head_mismatch@4']],
      ['case:4', 'true', ['audit.head_mismatch@4']],
    ] as const) {
      await fill(stream, 4);
      await asAttacker(`DELETE FROM audit_records WHERE stream = '${stream}' AND ${where}`);
      expect(await codes(stream), where).toEqual(expected);
    }
  });

  it('finds records that changed places and records that were added', async () => {
    await fill('case:1', 4);
    await asAttacker(`UPDATE audit_records SET seq = seq + 100 WHERE seq IN (2, 3);
      UPDATE audit_records SET seq = 3 WHERE seq = 102;
      UPDATE audit_records SET seq = 2 WHERE seq = 103`);
    expect((await audit.verify('case:1')).verdict).toBe('failed');
    await fill('case:2', 2);
    await fill('case:3', 2);
    await asAttacker(`DELETE FROM audit_records WHERE stream = 'case:2' AND seq = 2;
      INSERT INTO audit_records SELECT 'case:2', seq, at, actor, action, object, details, previous, hash
        FROM audit_records WHERE stream = 'case:3' AND seq = 2`);
    expect((await audit.verify('case:2')).verdict).toBe('failed');
  });

  it.each([
    ['stream', { stream: '' }],
    ['actor', { actor: 'x'.repeat(201) }],
    ['action', { action: 'a\u0000b' }],
    ['object', { object: '\ud800' }],
    ['details', { details: { text: 'a\u0000b' } }],
    ['details', { details: { '\udc00': 1 } }],
    ['details', { details: 'x'.repeat(70_000) }],
  ])('refuses a wrong %s and writes nothing', async (field, wrong) => {
    const refused = database.transaction((trx) => audit.append(trx, { ...entry('case:1', 1), ...wrong }));
    await expect(refused).rejects.toMatchObject({ code: 'audit.record_invalid', params: { field } });
    expect(await audit.list('case:1')).toEqual([]);
  });

  it('takes any JSON as details, hashed as it comes back', async () => {
    const odd: (Json | undefined)[] = [
      undefined,
      null,
      0,
      -0,
      1e21,
      1.5e-7,
      'ก็',
      [],
      {},
      { b: 1, a: [{ z: 1, y: -0 }] },
    ];
    await database.transaction(async (trx) => {
      for (const details of odd) {
        const { details: _, ...rest } = entry('case:odd', 1);
        await audit.append(trx, details === undefined ? rest : { ...rest, details });
      }
    });
    expect(await audit.verify('case:odd')).toMatchObject({ verdict: 'passed', records: odd.length });
  });
});
