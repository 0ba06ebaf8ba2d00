// Durable commits per second through the product's own storage, beside what the disk itself allows: one 8 KiB write with
// fdatasync after the other, in the same folder and in the same run. With TRA_TEST_DATABASE_URL (tools/with-postgres.mjs,
// TRA_POSTGRES_FSYNC=on) a server is measured too.
import { closeSync, fdatasyncSync, fsyncSync, mkdtempSync, openSync, rmSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Database, jsonb, openDatabase, sql } from '../platform/storage/src/index.ts';
import type { BenchResult } from './main.ts';

interface Tables {
  bench_events: { id: number; subject: string; data: unknown };
}

const ROUNDS = 5;
const ROUND_MS = 1_000;
const PAGE = new Uint8Array(8_192).fill(1);
const PAGES = 2_048;
const DATA = { action: 'approve', actor: 'officer-1', note: 'ก'.repeat(200) };

async function perSecond(work: (index: number) => unknown): Promise<number> {
  const start = performance.now();
  let count = 0;
  while (performance.now() - start < ROUND_MS) {
    await work(count);
    count += 1;
  }
  return (count * 1_000) / (performance.now() - start);
}

function median(values: readonly number[]): number {
  return [...values].sort((left, right) => left - right)[Math.floor(values.length / 2)] ?? 0;
}

async function prepare(database: Database): Promise<void> {
  await sql`DROP TABLE IF EXISTS bench_events`.execute(database.tables());
  await sql`CREATE TABLE bench_events (
    id int8 GENERATED ALWAYS AS IDENTITY PRIMARY KEY, subject text NOT NULL, data jsonb NOT NULL)`.execute(
    database.tables(),
  );
}

async function commit(database: Database, index: number): Promise<void> {
  await database.transaction<Tables, void>(async (trx) => {
    await sql`INSERT INTO bench_events (subject, data) VALUES (${`case:${index}`}, ${jsonb(DATA)})`.execute(trx);
  });
}

async function insert(database: Database, index: number): Promise<void> {
  await sql`INSERT INTO bench_events (subject, data) VALUES (${`case:${index}`}, ${jsonb(DATA)})`.execute(
    database.tables(),
  );
}

async function select(database: Database, index: number): Promise<void> {
  await database
    .tables<Tables>()
    .selectFrom('bench_events')
    .selectAll()
    .where('id', '=', 1 + (index % 100))
    .execute();
}

interface Rates {
  readonly transactions: number[];
  readonly inserts: number[];
  readonly selects: number[];
  readonly disk: number[];
}

// The rounds of both take turns, so that whatever else the machine does meets them alike.
async function measure(database: Database, descriptor: number): Promise<Rates> {
  const rates: Rates = { transactions: [], inserts: [], selects: [], disk: [] };
  await prepare(database);
  for (let index = 0; index < 200; index += 1) await commit(database, index);
  for (let round = 0; round < ROUNDS; round += 1) {
    rates.disk.push(
      await perSecond((index) => {
        writeSync(descriptor, PAGE, 0, PAGE.length, (index % PAGES) * PAGE.length);
        fdatasyncSync(descriptor);
      }),
    );
    rates.inserts.push(await perSecond((index) => insert(database, index)));
    rates.transactions.push(await perSecond((index) => commit(database, index)));
    rates.selects.push(await perSecond((index) => select(database, index)));
  }
  await sql`DROP TABLE bench_events`.execute(database.tables());
  return rates;
}

function summary(rates: Rates): { inserts: number; transactions: number; selects: number } {
  return {
    inserts: Math.round(median(rates.inserts)),
    transactions: Math.round(median(rates.transactions)),
    selects: Math.round(median(rates.selects)),
  };
}

async function measureServer(descriptor: number): Promise<Record<string, unknown>> {
  const url = process.env.TRA_TEST_DATABASE_URL;
  if (!url) return {};
  const database = await openDatabase({ url });
  try {
    const { rows } = await sql<{ fsync: string }>`SELECT current_setting('fsync') AS fsync`.execute(database.tables());
    return { server: { ...summary(await measure(database, descriptor)), fsync: rows[0]?.fsync } };
  } finally {
    await database.close();
  }
}

/** `rate`: durable inserts per second, one after the other; `limit`: synced writes of one page on the same disk. */
export async function run(): Promise<BenchResult> {
  const directory = mkdtempSync(join(tmpdir(), 'tra-bench-storage-'));
  const descriptor = openSync(join(directory, 'pages'), 'w');
  try {
    // As long as a segment of the write-ahead log, and as that one written before: growing a file costs more than a commit.
    for (let index = 0; index < PAGES; index += 1) writeSync(descriptor, PAGE);
    fsyncSync(descriptor);
    const before = performance.now();
    const database = await openDatabase({ directory: join(directory, 'database') });
    const firstStartMs = Math.round(performance.now() - before);
    const rates = await measure(database, descriptor);
    await database.close();
    const { inserts, ...others } = summary(rates);
    const limit = Math.round(median(rates.disk));
    const ratio = Math.round((inserts / limit) * 1_000) / 1_000;
    return {
      bench: 'storage',
      rate: inserts,
      limit,
      ratio,
      ...others,
      firstStartMs,
      ...(await measureServer(descriptor)),
    };
  } finally {
    closeSync(descriptor);
    rmSync(directory, { recursive: true, force: true });
  }
}
