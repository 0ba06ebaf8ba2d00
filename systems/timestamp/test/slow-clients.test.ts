import { createHash } from 'node:crypto';
import { type AddressInfo, connect } from 'node:net';
import { testHierarchy } from '@tra/pki/testing';
import { type StartedSystem, startTestSystem } from '@tra/platform-system/testing';
import { createRequest, parseResponse } from '@tra/timestamp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type TimestampConfig, type TimestampServices, timestamp } from '../src/index.ts';
import { testCertificates } from './harness.ts';

const value = new Uint8Array(createHash('sha256').update('x').digest());
const query = createRequest({ algorithm: 'sha256', value });
const head = 'POST /timestamp HTTP/1.1\r\nHost: x\r\nContent-Type: application/timestamp-query\r\n';

let system: StartedSystem<TimestampConfig, TimestampServices>;
let port = 0;
beforeAll(async () => {
  const http = { headersTimeoutMs: 400, requestTimeoutMs: 800, idleTimeoutMs: 5000, keepAliveTimeoutMs: 300 };
  system = await startTestSystem(timestamp, { certificates: testCertificates(await testHierarchy()) }, { http });
  await system.app.listen({ host: '127.0.0.1', port: 0 });
  port = (system.app.server.address() as AddressInfo).port;
});
afterAll(() => system.close());

interface Talk {
  /** Sent at once, then one octet of `drip` after the other for as long as the server listens. */
  readonly first: string | Buffer;
  readonly drip?: string;
}

/** Everything that the server says until it ends the connection. */
function talk({ first, drip }: Talk): Promise<string> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    let received = '';
    socket.setEncoding('latin1');
    socket.on('data', (text) => {
      received += text;
    });
    socket.write(first);
    const dripping = drip === undefined ? undefined : setInterval(() => socket.write(drip), 40);
    socket.on('error', () => undefined);
    socket.on('close', () => {
      clearInterval(dripping);
      resolve(received);
    });
  });
}

async function granted(): Promise<boolean> {
  const headers = { 'content-type': 'application/timestamp-query' };
  const reply = await fetch(`http://127.0.0.1:${port}/timestamp`, {
    method: 'POST',
    headers,
    body: Buffer.from(query),
  });
  return parseResponse(new Uint8Array(await reply.arrayBuffer())).status === 'granted';
}

describe('clients that take their time', () => {
  it.each<[string, Talk]>([
    ['headers octet by octet', { first: head, drip: 'a' }],
    ['headers line by line', { first: head, drip: 'X-More: a\r\n' }],
    ['a body octet by octet', { first: `${head}Content-Length: 4000\r\n\r\n`, drip: '0' }],
    ['a chunked body octet by octet', { first: `${head}Transfer-Encoding: chunked\r\n\r\n`, drip: '1\r\n0\r\n' }],
    ['nothing after the headers', { first: `${head}Content-Length: 59\r\n\r\n` }],
    ['nothing at all', { first: '' }],
  ])('%s: are cut off, and get no token', async (_name, plan) => {
    const received = await talk(plan);
    expect(received === '' || /^HTTP\/1\.1 408 /.test(received), received.slice(0, 200)).toBe(true);
  });

  it('do not keep others waiting', async () => {
    const slow = Array.from({ length: 60 }, () => talk({ first: head, drip: 'a' }));
    for (let count = 0; count < 20; count += 1) expect(await granted()).toBe(true);
    await Promise.all(slow);
  });

  it('are cut off after a good request too: a connection without another one does not stay open', async () => {
    const first = Buffer.concat([Buffer.from(`${head}Content-Length: ${query.length}\r\n\r\n`), query]);
    expect(await talk({ first })).toMatch(/^HTTP\/1\.1 200 /);
  });
});

describe('bodies above 4 KiB', () => {
  it('are refused by their announced length, before a single octet of them is sent', async () => {
    expect(await talk({ first: `${head}Connection: close\r\nContent-Length: 4097\r\n\r\n` })).toMatch(
      /^HTTP\/1\.1 413 /,
    );
    expect(await talk({ first: `${head}Content-Length: 999999999999\r\n\r\n` })).toMatch(/^HTTP\/1\.1 413 /);
  });

  it('are refused in chunks as soon as they are too long', async () => {
    const chunk = `400\r\n${'a'.repeat(1024)}\r\n`;
    const first = `${head}Transfer-Encoding: chunked\r\n\r\n${chunk.repeat(4)}1\r\na\r\n`;
    expect(await talk({ first })).toMatch(/^HTTP\/1\.1 413 /);
  });

  it('of exactly 4 KiB are read, and judged as a request', async () => {
    const first = `${head}Connection: close\r\nContent-Length: 4096\r\n\r\n${'a'.repeat(4096)}`;
    expect(await talk({ first })).toMatch(/^HTTP\/1\.1 200 /);
    const chunked = `${head}Connection: close\r\nTransfer-Encoding: chunked\r\n\r\n1000\r\n${'a'.repeat(4096)}\r\n0\r\n\r\n`;
    expect(await talk({ first: chunked })).toMatch(/^HTTP\/1\.1 200 /);
  });

  it('with two lengths, or a length and chunks, are no request', async () => {
    const both = `${head}Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n`;
    expect(await talk({ first: both })).toMatch(/^HTTP\/1\.1 400 /);
    expect(await talk({ first: `${head}Content-Length: 5\r\nContent-Length: 6\r\n\r\n` })).toMatch(/^HTTP\/1\.1 400 /);
  });
});
