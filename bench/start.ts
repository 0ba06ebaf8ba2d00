// npm run -s bench -- start                                             (embedded database)
// node tools/with-postgres.mjs -- npm run -s bench -- start             (and a PostgreSQL server that nodes share)
// Milliseconds from the start of the process to the first good /readyz of `tra start --systems timestamp`, with the CPU time spent: cold (no
// data yet: tables, keys and certificates are made) and warm, median of several.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort, startServerProcess } from '../tools/server-process.ts';
import type { BenchResult } from './main.ts';
import { build, usageOf } from './timestamp-server.ts';

const warmStarts = 3;
const goalMs = 1000;

interface Start {
  readonly milliseconds: number;
  readonly cpuMilliseconds: number;
}

async function startOnce(data: string, env: NodeJS.ProcessEnv): Promise<Start> {
  const port = await freePort();
  const begun = performance.now();
  const systems = { TRA_SYSTEMS: 'timestamp', TRA_TIMESTAMP_RECORDS: 'file' };
  const server = await startServerProcess(data, port, { ...systems, ...env }, { built: true });
  const milliseconds = Math.round(performance.now() - begun);
  const { cpu } = await usageOf(server);
  await server.stop();
  return { milliseconds, cpuMilliseconds: Math.round(cpu * 1000) };
}

async function coldAndWarm(env: NodeJS.ProcessEnv): Promise<{ readonly cold: Start; readonly warm: Start }> {
  const data = await mkdtemp(join(tmpdir(), 'tra-bench-'));
  try {
    const cold = await startOnce(data, env);
    const warm: Start[] = [];
    for (let turn = 0; turn < warmStarts; turn += 1) warm.push(await startOnce(data, env));
    warm.sort((left, right) => left.milliseconds - right.milliseconds);
    return { cold, warm: warm[Math.floor(warmStarts / 2)] ?? cold };
  } finally {
    await rm(data, { recursive: true, force: true });
  }
}

/** Measures starts; the rate is that of a warm one, with the shared database where there is one. */
export async function run(): Promise<BenchResult> {
  await build();
  const embedded = await coldAndWarm({});
  const url = process.env.TRA_TEST_DATABASE_URL;
  const shared = url ? await coldAndWarm({ TRA_DATABASE_URL: url }) : undefined;
  const { milliseconds } = (shared ?? embedded).warm;
  return {
    bench: 'start',
    rate: milliseconds,
    limit: goalMs,
    ratio: Number((milliseconds / goalMs).toPrecision(3)),
    unit: 'milliseconds of a warm start beside the goal; below 1 is right',
    embedded,
    ...(shared ? { shared } : {}),
  };
}
