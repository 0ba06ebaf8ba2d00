import { randomBytes } from 'node:crypto';
import { type Random, uuidv7 } from '@tra/kernel';
import type { Database } from '@tra/platform-storage';
import { describeOnEachDatabase } from '@tra/platform-storage/testing';
import { migrationsOf } from '@tra/platform-system';
import { expect, it } from 'vitest';
import { timestamp } from '../src/index.ts';
import { bangkokDay, nextBangkokDay, nextBangkokMonth } from '../src/subscribers/bangkok.ts';
import type { KnownSubscriber } from '../src/subscribers/key-cache.ts';
import { Quotas } from '../src/subscribers/quota.ts';
import type { SubscriberTables } from '../src/subscribers/tables.ts';
import { UsageCounter } from '../src/usage/counter.ts';
import { countUsed, reportUsage } from '../src/usage/report.ts';

const random: Random = { bytes: (length) => new Uint8Array(randomBytes(length)) };
const now = Date.parse('2026-11-21T10:00:00.000Z');
const clock = { now: () => new Date(now) };

async function subscriberIn(
  database: Database,
  perDay: number | undefined,
  perMonth?: number,
): Promise<KnownSubscriber> {
  const id = uuidv7(clock, random);
  await database
    .tables<SubscriberTables>()
    .insertInto('timestamp_subscribers')
    .values({
      ...{
        id,
        version: 1,
        name: 'x',
        contact: 'x',
        purpose: '',
        owner: null,
        state: 'active',
        policies: '[]' as never,
      },
      ...{ per_second: null, per_day: perDay ?? null, per_month: perMonth ?? null },
      ...{ created_by: 'x', created_at: clock.now(), updated_at: clock.now() },
    })
    .execute();
  return { id, state: 'active', policies: undefined, perSecond: undefined, perDay, perMonth };
}

const leasedOf = async (database: Database, period: string): Promise<number> => {
  const row = await database
    .tables<SubscriberTables>()
    .selectFrom('timestamp_quota_leases')
    .select('leased')
    .where('period', '=', period)
    .executeTakeFirst();
  return Number(row?.leased ?? 0);
};

describeOnEachDatabase('quotas', (open) => {
  const database = (): Promise<Database> => open({ migrations: [migrationsOf(timestamp)] });

  it('are never exceeded by several processes at once, and used up to the last', async () => {
    const shared = await database();
    const subscriber = await subscriberIn(shared, 200);
    const processes = [new Quotas(shared), new Quotas(shared), new Quotas(shared)];
    const takes = Array.from({ length: 360 }, (_, index) => (processes[index % 3] as Quotas).take(subscriber, 1, now));
    const refusals = (await Promise.all(takes)).filter((refused) => refused !== undefined);
    // What one process holds in its block another cannot have: a 32nd of what was left, each time.
    expect(360 - refusals.length).toBeGreaterThan(185);
    expect(360 - refusals.length).toBeLessThanOrEqual(200);
    for (const one of processes) await one.close();
    const left = 200 - (360 - refusals.length);
    const last = new Quotas(shared);
    for (let count = 0; count < left; count += 1) expect(await last.take(subscriber, 1, now)).toBeUndefined();
    expect(await last.take(subscriber, 1, now)).toEqual({ reason: 'quota_day', until: nextBangkokDay(now) });
    expect(await leasedOf(shared, '2026-11-21')).toBe(200);
    await shared.close();
  });

  it('count for the day and the month, give back, and begin anew', async () => {
    const shared = await database();
    const subscriber = await subscriberIn(shared, 10, 12);
    const quotas = new Quotas(shared);
    expect(await quotas.take(subscriber, 8, now)).toBeUndefined();
    expect(await quotas.take(subscriber, 3, now)).toMatchObject({ reason: 'quota_day' });
    expect(await quotas.take(subscriber, 2, now)).toBeUndefined();
    quotas.giveBack(subscriber, 1, now);
    expect(await quotas.take(subscriber, 1, now)).toBeUndefined();
    const tomorrow = now + 86_400_000;
    expect(await quotas.take(subscriber, 2, tomorrow)).toBeUndefined();
    const refused = await quotas.take(subscriber, 1, tomorrow);
    expect(refused).toEqual({ reason: 'quota_month', until: nextBangkokMonth(now) });
    const nextMonth = Date.parse('2026-11-30T17:00:00.000Z');
    expect(await quotas.take(subscriber, 10, nextMonth)).toBeUndefined();
    await shared.close();
  });

  it('are given back when nobody uses them', async () => {
    const shared = await database();
    const subscriber = await subscriberIn(shared, 3_200);
    const quotas = new Quotas(shared);
    await quotas.take(subscriber, 1, now);
    expect(await leasedOf(shared, '2026-11-21')).toBe(100);
    await quotas.releaseIdle(now + 5_000);
    expect(await leasedOf(shared, '2026-11-21')).toBe(100);
    await quotas.releaseIdle(now + 11_000);
    expect(await leasedOf(shared, '2026-11-21')).toBe(1);
    await shared.close();
  });

  it('counts add up over days and processes, and reports find them', async () => {
    const shared = await database();
    const counters = [new UsageCounter(shared), new UsageCounter(shared)];
    const granted = { outcome: 'granted', policy: '1.2', digests: 3, tokens: 1 };
    for (const counter of counters) {
      counter.add('a', granted, now);
      counter.add('a', granted, now + 86_400_000);
      counter.add('a', { outcome: 'badAlg', policy: '', digests: 0, tokens: 0 }, now + 86_400_000);
      counter.add('anonymous', granted, now + 86_400_000);
    }
    await Promise.all(counters.map((counter) => counter.flush()));
    const tables = shared.tables<SubscriberTables>();
    const range = { from: '2026-11-01', to: '2026-11-30', limit: 100 };
    const days = await reportUsage(tables, { ...range, by: 'day', subscriber: 'a' });
    expect(days.map(({ period, outcome, requests, digests }) => [period, outcome, requests, digests])).toEqual([
      ['2026-11-22', 'badAlg', 2, 0],
      ['2026-11-22', 'granted', 2, 6],
      ['2026-11-21', 'granted', 2, 6],
    ]);
    const months = await reportUsage(tables, { ...range, by: 'month' });
    expect(months.map(({ subscriber, digests }) => [subscriber, digests])).toEqual([
      ['a', 0],
      ['a', 12],
      ['anonymous', 6],
    ]);
    expect(await countUsed(tables, 'a', '2026-11-22')).toEqual({ day: 6, month: 12 });
    await shared.close();
  });
});

it('days and months are those of Bangkok', () => {
  expect(bangkokDay(Date.parse('2026-12-31T16:59:59.999Z'))).toBe('2026-12-31');
  expect(bangkokDay(Date.parse('2026-12-31T17:00:00.000Z'))).toBe('2027-01-01');
  expect(new Date(nextBangkokDay(Date.parse('2026-12-31T16:00:00.000Z'))).toISOString()).toBe(
    '2026-12-31T17:00:00.000Z',
  );
  expect(new Date(nextBangkokMonth(Date.parse('2026-12-31T17:00:00.000Z'))).toISOString()).toBe(
    '2027-01-31T17:00:00.000Z',
  );
});
