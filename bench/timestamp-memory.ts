// npm run -s bench -- timestamp-memory
// One server with records in files answers a million time-stamp requests; its memory after each quarter.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ServerProcess } from '../tools/server-process.ts';
import type { BenchResult } from './main.ts';
import { keys } from './timestamp-requests.ts';
import { build, load, startServer, usageOf } from './timestamp-server.ts';

const tokens = Number(process.env.TRA_TEST_BENCH_TOKENS ?? 1_000_000);
const warmUp = 50_000;

interface Memory {
  readonly residentMegabytes: number;
  readonly heapMegabytes: number;
  readonly externalMegabytes: number;
}

async function memoryOf(server: ServerProcess): Promise<Memory> {
  const text = await (await fetch(`${server.url}/metrics`)).text();
  const metric = (name: string): number => Number(new RegExp(`^${name} (\\S+)`, 'm').exec(text)?.[1]) / 1e6;
  return {
    residentMegabytes: Math.round((await usageOf(server)).megabytes),
    heapMegabytes: Math.round(metric('nodejs_heap_size_used_bytes')),
    externalMegabytes: Math.round(metric('nodejs_external_memory_bytes')),
  };
}

/** Measures the memory; the ratio is that of resident memory at the end to that after the first quarter. */
export async function run(): Promise<BenchResult> {
  await build();
  const data = await mkdtemp(join(tmpdir(), 'tra-bench-'));
  const server = await startServer(data, 'file');
  try {
    await load(server, keys[0], { milliseconds: 3_600_000, atMost: warmUp });
    const after: Record<string, Memory> = { 0: await memoryOf(server) };
    let answers = 0;
    for (let quarter = 1; quarter <= 4; quarter += 1) {
      const result = await load(server, keys[0], { milliseconds: 3_600_000, atMost: tokens / 4 });
      answers += result.answers;
      after[answers] = await memoryOf(server);
    }
    const [, first, , , last] = Object.values(after);
    const [rate, limit] = [last?.residentMegabytes ?? 0, first?.residentMegabytes ?? 0];
    const unit = 'resident megabytes at the end beside those after the first quarter';
    return {
      bench: 'timestamp-memory',
      rate,
      limit,
      ratio: Number((rate / limit).toPrecision(3)),
      unit,
      tokens: answers,
      after,
    };
  } finally {
    await server.stop();
    await rm(data, { recursive: true, force: true });
  }
}
