import { connect } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import type { HttpConfig, HttpServer } from '../src/index.ts';
import { createTestHttpServer } from '../src/testing.ts';

let server: HttpServer;
let started: () => void = () => undefined;
afterEach(() => server.close());

async function open(config: Partial<HttpConfig> = {}): Promise<URL> {
  server = await createTestHttpServer({ config });
  server.app.get('/slow', async (request) => {
    started();
    await new Promise((resolve) => setTimeout(resolve, Number((request.query as { ms?: string }).ms ?? 150)));
    return { ok: true };
  });
  server.app.post('/echo', async () => ({ ok: true }));
  return new URL(await server.listen());
}

function talk(url: URL, text: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = connect(Number(url.port), url.hostname);
    let received = '';
    socket.setEncoding('utf8');
    socket.on('data', (data) => {
      received += data;
    });
    socket.on('close', () => resolve(received));
    socket.on('error', reject);
    socket.write(text);
  });
}

function problemIn(text: string): { code: string; status: number } {
  const [head = '', body = ''] = text.split('\r\n\r\n');
  const problem = JSON.parse(body) as { code: string; status: number };
  expect(head.toLowerCase()).toContain('content-type: application/problem+json');
  expect(head).toContain(`HTTP/1.1 ${problem.status} `);
  return problem;
}

describe('connections', () => {
  it('that speak no HTTP get a problem', async () => {
    expect(problemIn(await talk(await open(), 'hello\r\n\r\n'))).toMatchObject({
      code: 'http.request_invalid',
      status: 400,
    });
  });

  it('with headers beyond measure get a problem', async () => {
    const text = `GET / HTTP/1.1\r\nhost: x\r\nx-long: ${'a'.repeat(70_000)}\r\n\r\n`;
    expect(problemIn(await talk(await open(), text))).toMatchObject({ code: 'http.header_too_large', status: 431 });
  });

  it('that never finish their headers are cut', async () => {
    const url = await open({ headersTimeoutMs: 200, requestTimeoutMs: 400, idleTimeoutMs: 300 });
    const begun = Date.now();
    await talk(url, 'GET / HTTP/1.1\r\nhost: x\r\n');
    expect(Date.now() - begun).toBeLessThan(35_000);
  }, 40_000);

  it('that never finish their body are cut', async () => {
    const url = await open({ idleTimeoutMs: 300 });
    const begun = Date.now();
    await talk(url, 'POST /echo HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\ncontent-length: 100\r\n\r\n{');
    expect(Date.now() - begun).toBeLessThan(10_000);
  });
});

describe('close', () => {
  it('lets running requests finish and takes no new ones', async () => {
    const url = await open();
    const running = new Promise<void>((resolve) => {
      started = resolve;
    });
    const reply = fetch(new URL('/slow', url));
    await running;
    const closed = server.close();
    expect((await reply).status).toBe(200);
    await closed;
    await expect(fetch(url)).rejects.toThrow();
  });

  it('cuts what takes longer than the grace', async () => {
    const url = await open({ closeGraceMs: 100 });
    const running = new Promise<void>((resolve) => {
      started = resolve;
    });
    const reply = fetch(new URL('/slow?ms=20000', url)).then(
      () => 'answered',
      () => 'cut',
    );
    await running;
    const begun = Date.now();
    await server.close();
    expect(await reply).toBe('cut');
    expect(Date.now() - begun).toBeLessThan(5000);
  });

  it('says so to /readyz first, and may be called twice', async () => {
    const url = await open({ drainDelayMs: 300 });
    const closed = server.close();
    const reply = await fetch(new URL('/readyz', url));
    expect(reply.status).toBe(503);
    expect(await reply.json()).toMatchObject({ status: 'not ready' });
    await Promise.all([closed, server.close()]);
  });
});
