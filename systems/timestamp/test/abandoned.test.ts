import { createHash } from 'node:crypto';
import { utf8Decode } from '@tra/kernel';
import { type TestHierarchy, testHierarchy } from '@tra/pki/testing';
import type { OutboxLog } from '@tra/platform-log/testing';
import { sql } from '@tra/platform-storage';
import { createTestClock, type StartedSystem, startTestSystem } from '@tra/platform-system/testing';
import type { ChainSeal } from '@tra/timestamp';
import { afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type TimestampConfig, type TimestampServices, timestamp } from '../src/index.ts';
import type { TimestampTables } from '../src/store.ts';
import { testCertificates } from './harness.ts';

type Started = StartedSystem<TimestampConfig, TimestampServices>;
const digest = { algorithm: 'sha256', value: new Uint8Array(createHash('sha256').update('x').digest()) } as const;
const hour = 3_600_000;

let hierarchy: TestHierarchy;
let clock: ReturnType<typeof createTestClock>;
let killed: Started;
let next: Started;
beforeAll(async () => {
  hierarchy = await testHierarchy();
});
beforeEach(async () => {
  clock = createTestClock();
  const certificates = testCertificates(hierarchy, { days: 30 });
  killed = await startTestSystem(timestamp, { certificates }, { config: { sealSeconds: 3600 }, clock });
  const { database, keys } = killed.context;
  next = await startTestSystem(timestamp, { certificates }, { config: { sealSeconds: 60 }, clock, database, keys });
});
// The database belongs to both: it is closed with the first.
afterEach(() => killed.close());

const seals = async (): Promise<ChainSeal[]> =>
  (await (next.context.log as OutboxLog).appended()).map(({ data }) => JSON.parse(utf8Decode(data)) as ChainSeal);
const openChains = async (): Promise<number> => {
  const tables = next.context.database.tables<TimestampTables>();
  return (await tables.selectFrom('timestamp_chains').selectAll().where('ended_at', 'is', null).execute()).length;
};

describe('chains in the database that a killed process left', () => {
  it('are sealed by another process once they are quiet, and only once', async () => {
    for (let count = 0; count < 5; count += 1) await killed.services.stamp(digest);
    await next.services.maintain();
    expect(await seals()).toEqual([]);
    clock.advance(181_000);
    await next.services.stamp(digest);
    await Promise.all([next.services.maintain(), next.services.maintain()]);
    expect((await seals()).map(({ from, to }) => [from, to]).sort()).toEqual([
      [1, 1],
      [1, 5],
    ]);
    expect(await next.services.verifyLog()).toEqual({ records: 6, unsealed: 0 });
    expect(await openChains()).toBe(1);
  });

  it('are continued from the last seal, not sealed from the beginning again', async () => {
    await killed.services.stamp(digest);
    await killed.services.maintain();
    await killed.services.stamp(digest);
    await killed.services.stamp(digest);
    clock.advance(181_000);
    await next.services.maintain();
    expect((await seals()).map(({ from, to }) => [from, to])).toEqual([
      [1, 1],
      [2, 3],
    ]);
  });

  it('take no record any more: a process that was only frozen goes on in a new chain, and no client notices', async () => {
    await killed.services.stamp(digest);
    clock.advance(181_000);
    await next.services.maintain();
    const tokens = await Promise.all([killed.services.stamp(digest), killed.services.stamp(digest)]);
    expect(tokens).toHaveLength(2);
    await killed.services.maintain();
    expect(await next.services.verifyLog()).toEqual({ records: 3, unsealed: 0 });
    expect(new Set((await seals()).map(({ chain }) => chain)).size).toBe(2);
  });

  it('are not sealed when their records do not fit together', async () => {
    for (let count = 0; count < 3; count += 1) await killed.services.stamp(digest);
    const tables = next.context.database.tables<TimestampTables>();
    await sql`ALTER TABLE timestamp_tokens DISABLE TRIGGER timestamp_tokens_append_only`.execute(tables);
    await tables.updateTable('timestamp_tokens').set({ policy: '1.2.3' }).where('seq', '=', 2).execute();
    clock.advance(181_000);
    await next.services.maintain();
    expect(await seals()).toEqual([]);
    expect(await next.services.verifyLog()).toMatchObject({ brokenAt: { seq: 2 } });
  });

  it('of a process that has nothing to do stay open for an hour', async () => {
    await killed.services.stamp(digest);
    await killed.services.maintain();
    clock.advance(hour / 2);
    await next.services.maintain();
    expect(await openChains()).toBe(1);
    clock.advance(hour);
    await next.services.maintain();
    expect(await openChains()).toBe(0);
    await killed.services.stamp(digest);
    expect(await next.services.verifyLog()).toEqual({ records: 2, unsealed: 1 });
  });
});
