// npm run -s bench -- start                                             (embedded database, and none)
// node tools/with-postgres.mjs -- npm run -s bench -- start             (and a PostgreSQL server that nodes share)
// From the start of the process `tra start --systems timestamp` to its first time-stamp, in wall time and in CPU-seconds of all its threads, beside
// what cannot be less: Node that does nothing, the embedded engine opened on the same cluster, a connection to the same server. Medians.
import { execFile } from 'node:child_process';
import { cp, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import type { BenchResult } from './main.ts';
import { type Start, startOnce } from './start-once.ts';
import { build } from './timestamp-server.ts';

const execute = promisify(execFile);
const root = fileURLToPath(new URL('..', import.meta.url));
const turns = 5;
const goalMs = 1000;

const settings = { TRA_SYSTEMS: 'timestamp', TRA_TIMESTAMP_RECORDS: 'file' };

function middle(starts: readonly Start[], of: keyof Start): number {
  const values = starts.map((start) => start[of]).sort((left, right) => left - right);
  return values[Math.floor(values.length / 2)] ?? 0;
}

function median(starts: readonly Start[]): Start {
  return { milliseconds: middle(starts, 'milliseconds'), cpuMilliseconds: middle(starts, 'cpuMilliseconds') };
}

async function repeated(start: () => Promise<Start>): Promise<Start> {
  const starts: Start[] = [];
  for (let turn = 0; turn < turns; turn += 1) starts.push(await start());
  return median(starts);
}

/** Runs a script in a Node of its own; it counts the CPU time of that process from its very start. */
async function bare(script: string, ...args: readonly string[]): Promise<Start> {
  const counted = `${script}; const { user, system } = process.cpuUsage(); console.log((user + system) / 1000); process.exit(0);`;
  const begun = performance.now();
  const { stdout } = await execute(process.execPath, ['--input-type=module', '-e', counted, ...args], { cwd: root });
  return { milliseconds: Math.round(performance.now() - begun), cpuMilliseconds: Math.round(Number(stdout)) };
}

const openEngine = `import { PGlite } from '@electric-sql/pglite';
  const engine = await PGlite.create(process.argv[1]); await engine.query('SELECT 1')`;
const connect = `import pg from 'pg';
  const client = new pg.Client({ connectionString: process.argv[1] }); await client.connect(); await client.query('SELECT 1')`;

/** A node without a database, with the unit that the node in `data` made. */
async function withoutDatabase(data: string, chain: string): Promise<Start> {
  const folder = join(data, 'alone');
  const certificates = join(data, 'units.pem');
  await cp(join(data, 'keys'), join(folder, 'keys'), { recursive: true });
  await writeFile(certificates, chain);
  const env = {
    ...{ ...settings, TRA_STORAGE: 'none', TRA_TIMESTAMP_SUBSCRIBERS: 'off' },
    TRA_TIMESTAMP_UNIT_CERTIFICATES: certificates,
  };
  return await repeated(() => startOnce(folder, env));
}

async function measure(data: string, url: string | undefined) {
  let chain = '';
  const embeddedFirst = await startOnce(data, settings, async (address) => {
    chain = await (await fetch(`${address}/timestamp/chain.pem`)).text();
  });
  const embedded = await repeated(() => startOnce(data, settings));
  const none = await withoutDatabase(data, chain);
  const shared = { ...settings, TRA_DATABASE_URL: url ?? '' };
  if (url) await startOnce(join(data, 'shared'), shared);
  const server = url ? await repeated(() => startOnce(join(data, 'shared'), shared)) : undefined;
  const copy = join(data, 'copy');
  await cp(join(data, 'database', 'cluster'), copy, { recursive: true });
  return {
    embeddedFirst,
    embedded,
    ...(server ? { server } : {}),
    none,
    limits: {
      node: await repeated(() => bare('')),
      engine: await repeated(() => bare(openEngine, copy)),
      ...(url ? { connection: await repeated(() => bare(connect, url)) } : {}),
    },
  };
}

/**
 * Measures starts; the rate is that of the dearer of those that are to take less than a second: with a shared database, and with none. In CPU time: on a
 * machine that others keep busy the wall time, printed beside it, says more about them.
 */
export async function run(): Promise<BenchResult> {
  await build();
  await execute(process.execPath, [join(root, 'tools/bundle.mjs')], { cwd: root });
  const data = await mkdtemp(join(tmpdir(), 'tra-bench-'));
  try {
    const measured = await measure(data, process.env.TRA_TEST_DATABASE_URL);
    const rate = Math.max(measured.none.cpuMilliseconds, measured.server?.cpuMilliseconds ?? 0);
    return {
      bench: 'start',
      rate,
      limit: goalMs,
      ratio: Number((rate / goalMs).toPrecision(3)),
      unit: 'CPU milliseconds to the first time-stamp, the more of a shared database and none, beside the second that it may take; below 1 is right',
      ...measured,
    };
  } finally {
    await rm(data, { recursive: true, force: true });
  }
}
