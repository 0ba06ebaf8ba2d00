// npm run -s bench -- ocsp
// OCSP answers per CPU-second of the server over HTTP, 16 keep-alive connections from another process: ready ones by POST and by
// GET beside the same server's rate of constant answers to the same method (/healthz, a refused POST), and answers with a nonce, signed on demand, beside bare signing.
import { generateKeyPairSync, randomBytes, sign } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  buildOcspRequest,
  type Certificate,
  ocspEvidence,
  parseCertificate,
  parseOcspResponse,
  parsePem,
} from '../engines/pki/src/index.ts';
import { freePort, type ServerProcess, startServerProcess } from '../tools/server-process.ts';
import type { LoadPlan, LoadResult } from './http-load.ts';
import { startLineProcess } from './line-process.ts';
import type { BenchResult } from './main.ts';

const milliseconds = Number(process.env.TRA_TEST_BENCH_MILLISECONDS ?? 3000);
const passes = 5;
const connections = 16;
const loader = startLineProcess<LoadPlan, LoadResult>('http-load.ts');

function bareSigningRate(): number {
  const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const data = randomBytes(250);
  const before = process.cpuUsage();
  for (let index = 0; index < 8000; index += 1) sign('sha256', data, privateKey);
  const used = process.cpuUsage(before);
  return 8000 / ((used.user + used.system) / 1e6);
}

function median(values: readonly number[]): number {
  return [...values].sort((left, right) => left - right)[Math.floor(values.length / 2)] ?? 0;
}

const host = 'Host: localhost\r\n';
const get = (path: string): Buffer => Buffer.from(`GET ${path} HTTP/1.1\r\n${host}\r\n`);
const post = (path: string, type: string, body: Uint8Array): Buffer =>
  Buffer.concat([
    Buffer.from(`POST ${path} HTTP/1.1\r\n${host}Content-Type: ${type}\r\nContent-Length: ${body.length}\r\n\r\n`),
    body,
  ]);

/** Answers per CPU-second of the server while another process sends `requests`. */
async function rateOf({ child, url }: ServerProcess, requests: readonly Buffer[]): Promise<number> {
  const plan: LoadPlan = {
    port: Number(new URL(url).port),
    connections,
    milliseconds,
    requests: requests.map((request) => request.toString('base64')),
    begins: 'HTTP/1.1 200',
    pid: child.pid ?? 0,
  };
  const { answers, cpuSeconds } = await loader.ask(plan);
  return answers / cpuSeconds;
}

async function check(url: string, request: Uint8Array, certificate: Certificate, issuer: Certificate): Promise<void> {
  const headers = { 'content-type': 'application/ocsp-request' };
  const reply = await fetch(`${url}/pki/ocsp`, { method: 'POST', headers, body: request as BodyInit });
  const responses = [parseOcspResponse(new Uint8Array(await reply.arrayBuffer()))];
  const at = new Date();
  const { status } = ocspEvidence({ certificate, issuer, responses, at, now: at });
  if (status !== 'good') throw new Error(`the answer is ${status}`);
}

/** Measures ready and on-demand answers of a running server. */
export async function run(): Promise<BenchResult> {
  const data = await mkdtemp(join(tmpdir(), 'tra-bench-'));
  const env = { TRA_HTTP_RATE_LIMIT_PER_ADDRESS: '0', TRA_HTTP_RATE_LIMIT_PER_ACCOUNT: '0' };
  const server = await startServerProcess(data, await freePort(), env);
  try {
    const chain = await (await fetch(`${server.url}/timestamp/chain.pem`)).text();
    const [certificate, issuer] = parsePem(chain).map((der) => parseCertificate(der));
    if (!certificate || !issuer) throw new Error('no chain');
    const request = buildOcspRequest({ certificate, issuer });
    await check(server.url, request, certificate, issuer);
    const type = 'application/ocsp-request';
    const path = `/pki/ocsp/${encodeURIComponent(Buffer.from(request).toString('base64'))}`;
    const withNonce = Array.from({ length: 64 }, () =>
      post('/pki/ocsp', type, buildOcspRequest({ certificate, issuer, nonce: new Uint8Array(randomBytes(32)) })),
    );
    const kinds: Readonly<Record<string, readonly Buffer[]>> = {
      empty: [get('/healthz')],
      emptyPost: [post('/pki/ocsp', 'text/plain', request)],
      post: [post('/pki/ocsp', type, request)],
      get: [get(path)],
      nonce: withNonce,
    };
    const rates: Record<string, number[]> = { bareSign: [] };
    for (const kind of Object.keys(kinds)) rates[kind] = [];
    for (let pass = -1; pass < passes; pass += 1) {
      for (const [kind, requests] of Object.entries(kinds)) {
        const rate = await rateOf(server, requests);
        // The first pass warms up.
        if (pass >= 0) rates[kind]?.push(rate);
      }
      rates.bareSign?.push(bareSigningRate());
    }
    return report((kind) => median(rates[kind] ?? []));
  } finally {
    await server.stop();
    await rm(data, { recursive: true, force: true });
  }
}

function report(of: (kind: string) => number): BenchResult {
  const round = (value: number): number => Math.round(value);
  const ratio = (value: number, limit: number): number => Number((value / limit).toPrecision(3));
  const postRatio = ratio(of('post'), of('emptyPost'));
  const getRatio = ratio(of('get'), of('empty'));
  const slower =
    postRatio < getRatio ? { rate: of('post'), limit: of('emptyPost') } : { rate: of('get'), limit: of('empty') };
  return {
    bench: 'ocsp',
    rate: round(slower.rate),
    limit: round(slower.limit),
    ratio: ratio(slower.rate, slower.limit),
    unit: 'ready answers per CPU-second of the server beside constant answers to the same method, the method that is farther from it',
    post: round(of('post')),
    emptyPost: round(of('emptyPost')),
    get: round(of('get')),
    emptyGet: round(of('empty')),
    postRatio,
    getRatio,
    postToEmptyGet: ratio(of('post'), of('empty')),
    nonce: round(of('nonce')),
    bareSign: round(of('bareSign')),
    nonceToBareSign: ratio(of('nonce'), of('bareSign')),
    nonceToEmptyPost: ratio(of('nonce'), of('emptyPost')),
  };
}
