// What the benches of time-stamping share: the built server in a process of its own, and the load on it.
import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { parseResponse } from '../engines/timestamp/src/index.ts';
import { freePort, type ServerProcess, startServerProcess } from '../tools/server-process.ts';
import type { BarePlan } from './bare-http.ts';
import type { LoadPlan, LoadResult } from './http-load.ts';
import { type LineProcess, startLineProcess } from './line-process.ts';
import { type Key, requestOf, rsaPolicy, signedOctets } from './timestamp-requests.ts';

const run = promisify(execFile);
const root = fileURLToPath(new URL('..', import.meta.url));
const bareServer = fileURLToPath(new URL('bare-http.ts', import.meta.url));
let loader: LineProcess<LoadPlan, LoadResult> | undefined;
/** Compiles what `tra start` runs. */
export async function build(): Promise<void> {
  await run(process.execPath, [join(root, 'node_modules/typescript/bin/tsc'), '--build', 'apps/cli'], { cwd: root });
}

/** CPU seconds that a process and its threads have used, and its resident memory in megabytes (Linux: /proc). */
export async function usageOf({ child }: ServerProcess): Promise<{ cpu: number; megabytes: number }> {
  const fields = (await readFile(`/proc/${child.pid}/stat`, 'utf8')).split(') ')[1]?.split(' ') ?? [];
  return { cpu: (Number(fields[11]) + Number(fields[12])) / 100, megabytes: (Number(fields[21]) * 4096) / 1e6 };
}

function httpRequest(body: Uint8Array): string {
  const head = `POST /timestamp HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/timestamp-query\r\nContent-Length: ${body.length}\r\n\r\n`;
  return Buffer.concat([Buffer.from(head), body]).toString('base64');
}

/** What a load came to. */
export interface Measured extends LoadResult {
  /** Per CPU-second of the server. */
  readonly rate: number;
  readonly perSecond: number;
}

/** Sends requests for `key` over 16 connections. */
export async function load(server: ServerProcess, key: Key, own: Partial<LoadPlan> = {}): Promise<Measured> {
  const policy = key === 'rsa-pkcs1-sha256' ? rsaPolicy : undefined;
  const plan: LoadPlan = {
    port: Number(new URL(server.url).port),
    connections: 16,
    milliseconds: 2000,
    requests: Array.from({ length: 64 }, () => httpRequest(requestOf(policy))),
    begins: 'HTTP/1.1 200',
    awake: true,
    ...(server.child.pid === undefined ? {} : { pid: server.child.pid }),
    ...own,
  };
  loader ??= startLineProcess('http-load.ts');
  const result = await loader.ask(plan);
  const { answers, seconds, cpuSeconds } = result;
  return { ...result, rate: answers / cpuSeconds, perSecond: answers / seconds };
}

/**
 * Starts a server that signs with a key of this kind for each request and does nothing else: what HTTP on Node costs at the least. With
 * `durable` it writes to that file before each answer.
 */
export async function startBareServer(key: Key, durable?: string): Promise<ServerProcess> {
  const plan: BarePlan = { key, signed: signedOctets, answer: 1400, ...(durable ? { durable } : {}) };
  const child = spawn(process.execPath, ['--import', 'tsx', bareServer, JSON.stringify(plan)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const [port] = (await once(child.stdout, 'data')) as [Buffer];
  const kill = async (): Promise<null> => {
    const ended = once(child, 'exit');
    child.kill();
    await ended;
    return null;
  };
  const url = `http://127.0.0.1:${String(port).trim()}`;
  return { url, child, stop: kill, kill: async () => void (await kill()) };
}

async function check({ url }: ServerProcess): Promise<void> {
  const headers = { 'content-type': 'application/timestamp-query' };
  for (const policy of [undefined, rsaPolicy]) {
    const reply = await fetch(`${url}/timestamp`, { method: 'POST', headers, body: requestOf(policy) as BodyInit });
    const { status } = parseResponse(new Uint8Array(await reply.arrayBuffer()));
    if (status !== 'granted') throw new Error(`the answer is ${status}`);
  }
}

/** Starts the built server with keys of both kinds, its data below `data`. */
export async function startServer(data: string, records: 'file' | 'none'): Promise<ServerProcess> {
  const env = {
    TRA_HTTP_RATE_LIMIT_PER_ADDRESS: '0',
    TRA_HTTP_RATE_LIMIT_PER_ACCOUNT: '0',
    TRA_TIMESTAMP_RECORDS: records,
    TRA_TIMESTAMP_RSA_BITS: '2048',
    TRA_TIMESTAMP_POLICIES: `${rsaPolicy} key=rsa-pkcs1-sha256`,
    TRA_SYSTEMS: 'timestamp',
  };
  const server = await startServerProcess(join(data, records), await freePort(), env, { built: true });
  await check(server);
  return server;
}
