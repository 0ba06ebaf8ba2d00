import { createHash } from 'node:crypto';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { toHex } from '@tra/kernel';
import { openDatabase } from '@tra/platform-storage';
import { testServerUrl } from '@tra/platform-storage/testing';
import { createTestContext } from '@tra/platform-system/testing';
import { recordsOf } from '@tra/timestamp';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { freePort, startServerProcess } from '../../../tools/server-process.ts';
import { timestamp } from '../src/index.ts';
import { createRecords, type Records } from '../src/records.ts';
import { createTimestampStore, type TimestampTables } from '../src/store.ts';
import { bringUnitInto } from './harness.ts';
import { type HeldToken, startLoad } from './load.ts';

/** Each is a start of the product: TRA_TEST_KILLS=20 for the long run. */
const KILLS = Number(process.env.TRA_TEST_KILLS ?? 4);

let data: string;
beforeEach(() => {
  data = mkdtempSync(join(tmpdir(), 'tra-tsa-kill-'));
});
afterEach(() => rmSync(data, { recursive: true, force: true }));

const folder = (): string => join(data, 'timestamp-records');

/** Where records are kept: in files beside the database, in the database, in files where there is no database at all. */
type Kind = 'file' | 'database' | 'file, no database';

/** Starts the product, loads it and kills it in the middle, again and again; gives what the clients hold. */
async function killed(kind: Kind): Promise<HeldToken[]> {
  const all: HeldToken[] = [];
  const env =
    kind === 'file, no database'
      ? await bringUnitInto(data)
      : { TRA_SYSTEMS: 'timestamp', TRA_TIMESTAMP_RECORDS: kind };
  for (let kill = 0; kill < KILLS; kill += 1) {
    const server = await startServerProcess(data, await freePort(), {
      ...env,
      TRA_HTTP_RATE_LIMIT_PER_ADDRESS: '0',
      // The database is the embedded one, whatever the machine of the test offers.
      TRA_DATABASE_URL: '',
    });
    const load = startLoad(() => server.url, 8);
    await load.until(60 + ((kill * 37) % 101));
    await server.kill();
    await load.stop();
    expect(load.failures.filter((failure) => !/^(ECONNRESET|EPIPE|error)$/.test(failure))).toEqual([]);
    all.push(...load.held);
  }
  return all;
}

/** The records as the next run finds them, and what it does with them. */
async function withRecords(
  kind: Kind,
  work: (records: Records, stored: () => Promise<Set<string>>) => Promise<void>,
): Promise<void> {
  // Where there was no database, whoever seals the files has one of its own.
  const left =
    kind === 'file, no database' ? {} : { database: await openDatabase({ directory: join(data, 'database') }) };
  const context = await createTestContext(timestamp, {
    ...left,
    config: { records: kind === 'database' ? kind : 'file' },
  });
  context.testClock.advance(3_600_000);
  const records = createRecords({ context, store: createTimestampStore(context.database), folder: folder() });
  await records.start();
  const stored = async (): Promise<Set<string>> => {
    if (kind !== 'database') return infosOnDisk();
    const rows = await context.database.tables<TimestampTables>().selectFrom('timestamp_tokens').selectAll().execute();
    expect(new Set(rows.map(({ serial_hex }) => serial_hex)).size).toBe(rows.length);
    return new Set(rows.map(({ token_sha256 }) => toHex(token_sha256)));
  };
  try {
    await work(records, stored);
  } finally {
    await context.close();
  }
}

function infosOnDisk(): Set<string> {
  const files = readdirSync(folder()).filter((name) => name.endsWith('.segment'));
  expect(files.length).toBe(KILLS);
  const infos = files.flatMap((name) => [...recordsOf(new Uint8Array(readFileSync(join(folder(), name))))]);
  return new Set(infos.map(({ info }) => toHex(info)));
}

// With a database server this would be the same run again: the kill is of a process with its own, embedded one.
it.skipIf(testServerUrl).each(['file', 'database', 'file, no database'] as const)(
  `records=%s: ${KILLS} kill -9 under load; what a client holds is in the chain, no serial comes twice, the next run seals it all`,
  async (kind) => {
    const held = await killed(kind);
    expect(held.length).toBeGreaterThanOrEqual(KILLS * 60);
    expect(new Set(held.map(({ serialHex }) => serialHex)).size).toBe(held.length);
    await withRecords(kind, async (records, stored) => {
      const known = await stored();
      const keyOf = ({ token, info }: HeldToken): string =>
        kind !== 'database' ? toHex(info) : createHash('sha256').update(token).digest('hex');
      expect(held.filter((one) => !known.has(keyOf(one)))).toEqual([]);
      const before = await records.verify();
      const report = (found: typeof before) => (kind !== 'database' ? found.files : found);
      expect(report(before)).toMatchObject({ records: known.size, unsealed: known.size });
      await records.seal();
      const after = await records.verify();
      expect(report(after)).toMatchObject({ records: known.size, unsealed: 0 });
      expect(after.brokenAt).toBeUndefined();
      expect(after.files?.findings ?? []).toEqual([]);
      if (process.env.TRA_TEST_KILLS)
        console.warn(`records=${kind}: ${KILLS} kills, ${held.length} tokens held, ${known.size} on record`);
    });
  },
  KILLS * 30_000,
);
