// npm run -s bench -- timestamp
// Tokens per CPU-second: bare signing, the core alone (request bytes to answer bytes) in this process, and the real server over HTTP from
// another process, without a record and with records in files (fdatasync before each answer), for P-256 and RSA-2048; then the latency at
// half of what the server with records carries, and how its memory grew.
import { execFile } from 'node:child_process';
import { randomBytes, sign } from 'node:crypto';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { createRequest, parseResponse } from '../engines/timestamp/src/index.ts';
import { TEST_POLICY, type TestAuthority, testAuthority } from '../engines/timestamp/src/testing.ts';
import { freePort, type ServerProcess, startServerProcess } from '../tools/server-process.ts';
import type { LoadPlan } from './http-load.ts';
import type { BenchResult } from './main.ts';

const milliseconds = Number(process.env.TRA_TEST_BENCH_MILLISECONDS ?? 3000);
const passes = 5;
const loader = fileURLToPath(new URL('http-load.ts', import.meta.url));
const rsaPolicy = '1.3.6.1.4.1.32473.3161.2';
const keys = ['ecdsa-p256-sha256', 'rsa-pkcs1-sha256'] as const;
type Key = (typeof keys)[number];
const tokensPerPass: Readonly<Record<Key, number>> = { 'ecdsa-p256-sha256': 8000, 'rsa-pkcs1-sha256': 1000 };

function median(values: readonly number[]): number {
  return [...values].sort((left, right) => left - right)[Math.floor(values.length / 2)] ?? 0;
}

/** CPU seconds that a process and its threads have used, and its resident memory in megabytes (Linux: /proc). */
async function usageOf({ child }: ServerProcess): Promise<{ cpu: number; megabytes: number }> {
  const fields = (await readFile(`/proc/${child.pid}/stat`, 'utf8')).split(') ')[1]?.split(' ') ?? [];
  return { cpu: (Number(fields[11]) + Number(fields[12])) / 100, megabytes: (Number(fields[21]) * 4096) / 1e6 };
}

const requestOf = (policy?: string): Uint8Array =>
  createRequest({
    algorithm: 'sha256',
    value: new Uint8Array(randomBytes(32)),
    nonce: new Uint8Array(randomBytes(8)),
    ...(policy ? { policy } : {}),
  });

async function perCpuSecond(count: number, work: () => unknown): Promise<number> {
  const before = process.cpuUsage();
  for (let index = 0; index < count; index += 1) await work();
  const used = process.cpuUsage(before);
  return count / ((used.user + used.system) / 1e6);
}

/** Bare signing and the core in turn, in small portions, so that both see the same machine. */
async function coreRates(key: Key, { authority, unit }: TestAuthority): Promise<{ bare: number; core: number }> {
  const { privateKey } = unit.signer;
  const data = randomBytes(190);
  const request = requestOf(TEST_POLICY);
  const rates = { bare: [] as number[], core: [] as number[] };
  for (let turn = 0; turn < 8; turn += 1) {
    const count = tokensPerPass[key] / 4;
    rates.bare.push(await perCpuSecond(count, () => sign('sha256', data, privateKey)));
    rates.core.push(await perCpuSecond(count, () => authority.respond(request)));
  }
  return { bare: median(rates.bare), core: median(rates.core) };
}

const httpRequest = (body: Uint8Array): string => {
  const head = `POST /timestamp HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/timestamp-query\r\nContent-Length: ${body.length}\r\n\r\n`;
  return Buffer.concat([Buffer.from(head), body]).toString('base64');
};

interface Load {
  readonly rate: number;
  readonly perSecond: number;
  readonly p50: number;
  readonly p99: number;
}

async function load(server: ServerProcess, key: Key, own: Partial<LoadPlan> = {}): Promise<Load> {
  const policy = key === 'rsa-pkcs1-sha256' ? rsaPolicy : undefined;
  const plan: LoadPlan = {
    port: Number(new URL(server.url).port),
    connections: 16,
    milliseconds,
    requests: Array.from({ length: 64 }, () => httpRequest(requestOf(policy))),
    begins: 'HTTP/1.1 200',
    ...own,
  };
  const before = await usageOf(server);
  const { stdout } = await promisify(execFile)(process.execPath, ['--import', 'tsx', loader, JSON.stringify(plan)]);
  const { cpu } = await usageOf(server);
  const { answers, p50, p99 } = JSON.parse(stdout) as { answers: number; p50: number; p99: number };
  return { rate: answers / (cpu - before.cpu), perSecond: (answers / plan.milliseconds) * 1000, p50, p99 };
}

async function check({ url }: ServerProcess): Promise<void> {
  const headers = { 'content-type': 'application/timestamp-query' };
  for (const policy of [undefined, rsaPolicy]) {
    const reply = await fetch(`${url}/timestamp`, { method: 'POST', headers, body: requestOf(policy) as BodyInit });
    const { status } = parseResponse(new Uint8Array(await reply.arrayBuffer()));
    if (status !== 'granted') throw new Error(`the answer is ${status}`);
  }
}

async function startServer(data: string, records: 'file' | 'none'): Promise<ServerProcess> {
  const server = await startServerProcess(join(data, records), await freePort(), {
    TRA_HTTP_RATE_LIMIT_PER_ADDRESS: '0',
    TRA_HTTP_RATE_LIMIT_PER_ACCOUNT: '0',
    TRA_TIMESTAMP_RECORDS: records,
    TRA_TIMESTAMP_RSA_BITS: '2048',
    TRA_TIMESTAMP_POLICIES: `${rsaPolicy} key=rsa-pkcs1-sha256`,
  });
  await check(server);
  return server;
}

type Rates = Record<'bare' | 'core' | 'http' | 'chain', number>;

async function measure(key: Key, servers: Readonly<Record<'http' | 'chain', ServerProcess>>): Promise<Rates> {
  const authority = await testAuthority({ now: () => new Date() }, key);
  const rates: Record<keyof Rates, number[]> = { bare: [], core: [], http: [], chain: [] };
  // The first pass warms up.
  for (let pass = -1; pass < passes; pass += 1) {
    const { bare, core } = await coreRates(key, authority);
    const http = (await load(servers.http, key)).rate;
    const chain = (await load(servers.chain, key)).rate;
    for (const [name, rate] of Object.entries({ bare, core, http, chain })) {
      if (pass >= 0) rates[name as keyof Rates].push(rate);
    }
  }
  const of = (name: keyof Rates): number => median(rates[name]);
  return { bare: of('bare'), core: of('core'), http: of('http'), chain: of('chain') };
}

function ratios({ bare, core, http, chain }: Rates): Record<string, number> {
  const ratio = (value: number, limit: number): number => Number((value / limit).toPrecision(3));
  return {
    ...{ bareSign: Math.round(bare), core: Math.round(core), http: Math.round(http), chain: Math.round(chain) },
    coreToBare: ratio(core, bare),
    httpToBare: ratio(http, bare),
    chainToHttp: ratio(chain, http),
  };
}

/** Measures the core and a running server. */
export async function run(): Promise<BenchResult> {
  const data = await mkdtemp(join(tmpdir(), 'tra-bench-'));
  const started: ServerProcess[] = [];
  try {
    const http = await startServer(data, 'none');
    started.push(http);
    const chain = await startServer(data, 'file');
    started.push(chain);
    const [p256, rsa] = [await measure(keys[0], { http, chain }), await measure(keys[1], { http, chain })];
    const before = (await usageOf(chain)).megabytes;
    const capacity = await load(chain, keys[0]);
    const half = await load(chain, keys[0], { perSecond: capacity.perSecond / 2, milliseconds: 2 * milliseconds });
    const after = (await usageOf(chain)).megabytes;
    return {
      bench: 'timestamp',
      rate: Math.round(p256.http),
      limit: Math.round(p256.bare),
      ratio: Number((p256.http / p256.bare).toPrecision(3)),
      unit: 'P-256 tokens over HTTP without record beside bare signatures, per CPU-second of the server',
      p256: ratios(p256),
      rsa2048: ratios(rsa),
      atHalfCapacity: {
        perSecond: Math.round(half.perSecond),
        p50Milliseconds: Number(half.p50.toFixed(2)),
        p99Milliseconds: Number(half.p99.toFixed(2)),
      },
      megabytes: { before: Math.round(before), after: Math.round(after) },
    };
  } finally {
    for (const server of started) await server.stop();
    await rm(data, { recursive: true, force: true });
  }
}
