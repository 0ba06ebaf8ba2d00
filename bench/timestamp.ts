// npm run -s bench -- timestamp
// Tokens per CPU-second: bare signing, the core alone (request bytes to answer bytes), and the built server over HTTP from
// another process, without a record and with records in files (on disk before each answer), for P-256 and RSA-2048, beside a bare
// server of Node that only signs; then the latency at half of what the server with records carries, beside a bare server that signs and
// writes as durably at the same rate, and beside the disk and the load generator alone. What is compared is measured in turn, so that all of
// it sees the same machine.
import { closeSync, constants, fsyncSync, openSync, rmSync, writeSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ServerProcess } from '../tools/server-process.ts';
import { startLineProcess } from './line-process.ts';
import type { BenchResult } from './main.ts';
import type { CoreRates } from './timestamp-core.ts';
import { type Key, keys } from './timestamp-requests.ts';
import { build, load, startBareServer, startServer } from './timestamp-server.ts';

const milliseconds = Number(process.env.TRA_TEST_BENCH_MILLISECONDS ?? 1000);
const passes = 7;
/** Many and short, so that a disk that halts for a moment halts few of them. */
const latencyPasses = 15;
/** Requests of a pass: half a CPU-second of the server or so, however long that takes where others work too. */
const requestsPerPass: Readonly<Record<Key, number>> = { 'ecdsa-p256-sha256': 5000, 'rsa-pkcs1-sha256': 1200 };
const patience = 120_000;
/** After so many requests the compiler has done its work. */
const warmUp: Readonly<Record<Key, number>> = { 'ecdsa-p256-sha256': 60_000, 'rsa-pkcs1-sha256': 4000 };

function median(values: readonly number[]): number {
  return [...values].sort((left, right) => left - right)[Math.floor(values.length / 2)] ?? 0;
}

type Rates = Record<'bare' | 'core' | 'bareHttp' | 'http' | 'chain', number>;
type Servers = Readonly<Record<'http' | 'chain', ServerProcess>>;

async function measure(key: Key, servers: Servers): Promise<Rates> {
  const coreProcess = startLineProcess<Key, CoreRates>('timestamp-core.ts');
  const bareServer = await startBareServer(key);
  const rates: Record<keyof Rates, number[]> = { bare: [], core: [], bareHttp: [], http: [], chain: [] };
  for (const server of [bareServer, ...Object.values(servers)])
    await load(server, key, { milliseconds: patience, atMost: warmUp[key] });
  await coreProcess.ask(key);
  for (let pass = 0; pass < passes; pass += 1) {
    const { bare, core } = await coreProcess.ask(key);
    const plan = { milliseconds: patience, atMost: requestsPerPass[key] };
    const bareHttp = (await load(bareServer, key, plan)).rate;
    const http = (await load(servers.http, key, plan)).rate;
    const chain = (await load(servers.chain, key, plan)).rate;
    for (const [name, rate] of Object.entries({ bare, core, bareHttp, http, chain }))
      rates[name as keyof Rates].push(rate);
  }
  await bareServer.stop();
  const of = (name: keyof Rates): number => median(rates[name]);
  return { bare: of('bare'), core: of('core'), bareHttp: of('bareHttp'), http: of('http'), chain: of('chain') };
}

function ratios({ bare, core, bareHttp, http, chain }: Rates): Record<string, number> {
  const ratio = (value: number, limit: number): number => Number((value / limit).toPrecision(3));
  return {
    ...{ bareSign: Math.round(bare), core: Math.round(core), bareHttp: Math.round(bareHttp) },
    ...{ http: Math.round(http), chain: Math.round(chain) },
    coreToBare: ratio(core, bare),
    httpToBare: ratio(http, bare),
    httpToBareHttp: ratio(http, bareHttp),
    chainToHttp: ratio(chain, http),
  };
}

type Latencies = Readonly<Record<'p50' | 'p99' | 'most', number>>;

function mediansOf(passesMade: readonly Latencies[]): Record<string, number> {
  const of = (name: keyof Latencies): number => Number(median(passesMade.map((pass) => pass[name])).toFixed(2));
  return { p50Milliseconds: of('p50'), p99Milliseconds: of('p99'), mostMilliseconds: of('most') };
}

/** Writes to the same disk, alone: as many octets as sixteen records, over zeros, on disk when a write returns. */
function diskLatencies(path: string): Latencies {
  const octets = 16 * 200;
  const room = openSync(path, 'wx');
  writeSync(room, Buffer.alloc(600 * octets));
  fsyncSync(room);
  closeSync(room);
  const file = openSync(path, constants.O_WRONLY | constants.O_DSYNC);
  const bytes = Buffer.alloc(octets, 1);
  const times = Float64Array.from({ length: 600 }, (_, index) => {
    const begun = performance.now();
    writeSync(file, bytes, 0, octets, index * octets);
    return performance.now() - begun;
  }).sort();
  closeSync(file);
  rmSync(path);
  return { p50: times[300] ?? 0, p99: times[594] ?? 0, most: times[599] ?? 0 };
}

/**
 * Latency of the server with records at half of what it carries, from when each request was due; in turn with a bare server that signs and
 * writes as durably at that rate, and with the disk alone. `generator`: how late the load generator itself was.
 */
async function atHalfCapacity(server: ServerProcess, data: string): Promise<Record<string, unknown>> {
  const [key] = keys;
  const floorServer = await startBareServer(key, join(data, 'floor'));
  const { perSecond } = await load(server, key, { milliseconds: 3 * milliseconds });
  await load(floorServer, key, { milliseconds: patience, atMost: warmUp[key] / 2 });
  // The generator sleeps between requests: a busy one would keep a processor from the threads that write.
  const plan = { perSecond: perSecond / 2, milliseconds, awake: false };
  const passesOf = { server: [] as Latencies[], floor: [] as Latencies[], disk: [] as Latencies[] };
  const late: number[] = [];
  for (let pass = 0; pass < latencyPasses; pass += 1) {
    const measured = await load(server, key, plan);
    passesOf.server.push(measured);
    late.push(measured.lateP99);
    passesOf.floor.push(await load(floorServer, key, plan));
    passesOf.disk.push(diskLatencies(join(data, 'disk')));
  }
  await floorServer.stop();
  return {
    perSecond: Math.round(plan.perSecond),
    ...mediansOf(passesOf.server),
    generatorP99Milliseconds: Number(median(late).toFixed(2)),
    floor: mediansOf(passesOf.floor),
    disk: mediansOf(passesOf.disk),
  };
}

/** Measures the core and a running server. */
export async function run(): Promise<BenchResult> {
  await build();
  const data = await mkdtemp(join(tmpdir(), 'tra-bench-'));
  const started: ServerProcess[] = [];
  try {
    const http = await startServer(data, 'none');
    started.push(http);
    const chain = await startServer(data, 'file');
    started.push(chain);
    const p256 = await measure(keys[0], { http, chain });
    const half = await atHalfCapacity(chain, data);
    const rsa = await measure(keys[1], { http, chain });
    return {
      bench: 'timestamp',
      rate: Math.round(p256.http),
      limit: Math.round(p256.bare),
      ratio: Number((p256.http / p256.bare).toPrecision(3)),
      unit: 'P-256 tokens over HTTP without record beside bare signatures, per CPU-second of the server',
      p256: ratios(p256),
      rsa2048: ratios(rsa),
      atHalfCapacity: half,
    };
  } finally {
    for (const server of started) await server.stop();
    await rm(data, { recursive: true, force: true });
  }
}
