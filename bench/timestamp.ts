// npm run -s bench -- timestamp
// Tokens per CPU-second: bare signing, the core alone (request bytes to answer bytes) in this process, and the built server over HTTP from
// another process, without a record and with records in files (fdatasync before each answer), for P-256 and RSA-2048, beside a bare
// server of Node that only signs; then the latency at half of what the server with records carries. What is compared is measured in
// turn, so that all of it sees the same machine.
import { type KeyObject, randomBytes, sign } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createAuthority, type TimestampAuthority } from '../engines/timestamp/src/index.ts';
import { TEST_POLICY, testAuthority } from '../engines/timestamp/src/testing.ts';
import type { ServerProcess } from '../tools/server-process.ts';
import type { BenchResult } from './main.ts';
import {
  build,
  type Key,
  keys,
  load,
  requestOf,
  signedOctets,
  startBareServer,
  startServer,
} from './timestamp-server.ts';

const milliseconds = Number(process.env.TRA_TEST_BENCH_MILLISECONDS ?? 1000);
const passes = 7;
const tokensPerPass: Readonly<Record<Key, number>> = { 'ecdsa-p256-sha256': 16_000, 'rsa-pkcs1-sha256': 2000 };
/** After so many requests the compiler has done its work. */
const warmUp: Readonly<Record<Key, number>> = { 'ecdsa-p256-sha256': 60_000, 'rsa-pkcs1-sha256': 4000 };

function median(values: readonly number[]): number {
  return [...values].sort((left, right) => left - right)[Math.floor(values.length / 2)] ?? 0;
}

async function perCpuSecond(count: number, work: () => unknown): Promise<number> {
  const before = process.cpuUsage();
  for (let index = 0; index < count; index += 1) await work();
  const used = process.cpuUsage(before);
  return count / ((used.user + used.system) / 1e6);
}

interface Core {
  readonly authority: TimestampAuthority;
  readonly privateKey: KeyObject;
}

/** An authority whose key signs at once, as keys of the product do that are quick. */
async function coreWith(key: Key): Promise<Core> {
  const clock = { now: () => new Date() };
  const { unit, hierarchy } = await testAuthority(clock, key);
  const { privateKey } = unit.signer;
  const signer = { ...unit.signer, signNow: (data: Uint8Array) => new Uint8Array(sign('sha256', data, privateKey)) };
  const units = [{ ...unit, signer, chain: [hierarchy.issuing.certificate], policies: [{ oid: TEST_POLICY }] }];
  const random = { bytes: (length: number) => new Uint8Array(randomBytes(length)) };
  return { authority: createAuthority({ units, clock, random }), privateKey };
}

/** Bare signing and the core in turn, in small portions. */
async function coreRates(key: Key, { authority, privateKey }: Core): Promise<{ bare: number; core: number }> {
  const data = randomBytes(signedOctets);
  const request = requestOf(TEST_POLICY);
  const rates = { bare: [] as number[], core: [] as number[] };
  for (let turn = 0; turn < 8; turn += 1) {
    const count = tokensPerPass[key] / 8;
    rates.bare.push(await perCpuSecond(count, () => sign('sha256', data, privateKey)));
    rates.core.push(await perCpuSecond(count, () => authority.answer(request)));
  }
  return { bare: median(rates.bare), core: median(rates.core) };
}

type Rates = Record<'bare' | 'core' | 'bareHttp' | 'http' | 'chain', number>;
type Servers = Readonly<Record<'http' | 'chain', ServerProcess>>;

async function measure(key: Key, servers: Servers): Promise<Rates> {
  const made = await coreWith(key);
  const bareServer = await startBareServer(key);
  const rates: Record<keyof Rates, number[]> = { bare: [], core: [], bareHttp: [], http: [], chain: [] };
  for (const server of [bareServer, ...Object.values(servers)])
    await load(server, key, { milliseconds: 60_000, atMost: warmUp[key] });
  await coreRates(key, made);
  for (let pass = 0; pass < passes; pass += 1) {
    const { bare, core } = await coreRates(key, made);
    const bareHttp = (await load(bareServer, key, { milliseconds })).rate;
    const http = (await load(servers.http, key, { milliseconds })).rate;
    const chain = (await load(servers.chain, key, { milliseconds })).rate;
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

/** Latency of the server with records at half of what it carries. */
async function atHalfCapacity(server: ServerProcess): Promise<Record<string, number>> {
  const [key] = keys;
  const capacity = await load(server, key, { milliseconds });
  const half = await load(server, key, { perSecond: capacity.perSecond / 2, milliseconds: 3 * milliseconds });
  return {
    perSecond: Math.round(half.perSecond),
    p50Milliseconds: Number(half.p50.toFixed(2)),
    p99Milliseconds: Number(half.p99.toFixed(2)),
    mostMilliseconds: Number(half.most.toFixed(2)),
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
    const half = await atHalfCapacity(chain);
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
