import { connect } from 'node:net';
import { createTelemetry } from '@tra/platform-telemetry';
import { afterEach, describe, expect, it } from 'vitest';
import { type DirectAnswer, type DirectRequest, type HttpServer, httpProblem, postDirect } from '../src/index.ts';
import { createTestHttpServer, type TestHttpServerOptions } from '../src/testing.ts';

const TYPE = 'application/test-query';
const answerHeaders = { 'content-type': 'application/test-reply', 'cache-control': 'no-store' };

let server: HttpServer;
/** Requests that the framework answered. */
let ordinary = 0;
let started: () => void = () => undefined;
let release: () => void = () => undefined;
afterEach(() => server.close());

function answer({ body, address }: DirectRequest): DirectAnswer | Promise<DirectAnswer> {
  const text = body.toString();
  if (text.startsWith('now')) {
    if (text === 'now broken') throw new Error('secret');
    return { headers: answerHeaders, body: Buffer.from(`${text} from ${address}`) };
  }
  return later(text, address);
}

/** Every value of an octet, again and again. */
function octetsOf(length: number): Uint8Array {
  return Uint8Array.from({ length }, (_, index) => index % 256);
}

async function later(text: string, address: string): Promise<DirectAnswer> {
  if (text === 'limited')
    throw httpProblem('http.rate_limited', { params: { seconds: 7 }, headers: { 'retry-after': '7' } });
  if (text === 'broken') throw new Error('secret');
  if (text === 'teapot') return { status: 418, headers: answerHeaders, body: Buffer.from('short and stout') };
  const octets = /^octets (\d+)$/.exec(text)?.[1];
  if (octets) return { headers: answerHeaders, body: octetsOf(Number(octets)) };
  if (text === 'slow') {
    started();
    await new Promise<void>((resolve) => {
      release = resolve;
    });
  }
  return { headers: answerHeaders, body: Buffer.from(`${text} from ${address}`) };
}

async function open(options: TestHttpServerOptions = {}): Promise<URL> {
  server = await createTestHttpServer(options);
  ordinary = 0;
  server.app.addHook('onSend', async (_request, _reply, payload) => {
    ordinary += 1;
    return payload;
  });
  const schema = { security: [] };
  const config = { ownLimits: ({ authorization }: { authorization?: string }) => authorization === 'known' };
  await postDirect(server.app, '/direct', { schema, config, route: { mediaType: TYPE, bodyLimit: 16, answer } });
  return new URL('/direct', await server.listen());
}

type Headers = Readonly<Record<string, string>>;

interface Reply {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
}

/** By a connection, as everybody asks. */
async function ask(url: URL, body: string, headers: Headers = {}): Promise<Reply> {
  const reply = await fetch(url, { method: 'POST', headers: { 'content-type': TYPE, ...headers }, body });
  return { status: reply.status, headers: Object.fromEntries(reply.headers), text: await reply.text() };
}

/** By the framework, whatever the request is. */
async function askFramework(body: string, headers: Headers = {}): Promise<Reply> {
  const reply = await server.app.inject({
    ...{ method: 'POST', url: '/direct', payload: body },
    headers: { 'content-type': TYPE, ...headers },
  });
  return { status: reply.statusCode, headers: reply.headers as Headers, text: reply.body };
}

function talk(url: URL, ...parts: readonly string[]): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = connect(Number(url.port), url.hostname);
    let received = '';
    socket.setEncoding('utf8').on('data', (data) => {
      received += data;
    });
    socket.on('close', () => resolve(received)).on('error', reject);
    const write = (index: number): void => {
      const part = parts[index];
      if (part === undefined) return;
      socket.write(part);
      setTimeout(() => write(index + 1), 20);
    };
    write(0);
  });
}

const passing = ['date', 'connection', 'keep-alive', 'x-trace-id', 'ratelimit-remaining', 'ratelimit-reset'];

/** What two answers to one question must have in common. */
function lasting({ status, headers, text }: Reply) {
  const kept = Object.entries(headers).filter(([name]) => !passing.includes(name));
  return { status, headers: Object.fromEntries(kept), text: text.replace(/"traceId":"\w+"/, '') };
}

describe('a usual request to a direct route', () => {
  it.each([
    ['granted', 'hello', {}],
    ['granted at once', 'now', {}],
    ['that fails at once', 'now broken', { 'accept-language': 'en' }],
    ['answered with another status', 'teapot', {}],
    ['refused by the route', 'limited', {}],
    ['refused by the route, in English', 'limited', { 'accept-language': 'en' }],
    ['that fails', 'broken', { 'accept-language': 'en' }],
  ])('%s is answered as the framework answers it, without it', async (_what, body, headers) => {
    const url = await open();
    const direct = await ask(url, body, headers);
    expect(ordinary).toBe(0);
    expect(lasting(direct)).toEqual(lasting(await askFramework(body, headers)));
    expect(ordinary).toBe(1);
    expect(Object.keys(direct.headers)).toEqual(expect.arrayContaining(['x-trace-id', 'ratelimit-remaining']));
    expect(direct.headers['x-trace-id']).toMatch(/^[0-9a-f]{32}$/);
    expect(direct.text).not.toContain('secret');
  });

  it('tells browsers to do nothing with the bytes, whatever the status', async () => {
    const url = await open({ config: { publicUrl: 'https://tra.example' } });
    for (const body of ['hello', 'limited', 'far too long for it'])
      expect((await ask(url, body)).headers).toMatchObject({
        'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
        'cross-origin-resource-policy': 'same-origin',
        'strict-transport-security': 'max-age=31536000',
        'x-content-type-options': 'nosniff',
      });
    const { headers } = await server.app.inject('/healthz');
    expect(headers['content-security-policy']).toContain("script-src 'self'");
  });

  it('keeps the trace id that it brings', async () => {
    const url = await open();
    const id = '4bf92f3577b34da6a3ce929d0e0e4736';
    const { headers } = await ask(url, 'x', { traceparent: `00-${id}-00f067aa0ba902b7-01` });
    expect(headers['x-trace-id']).toBe(id);
    const other = await ask(url, 'x', { traceparent: 'nonsense' });
    expect(other.headers['x-trace-id']).not.toBe((await ask(url, 'x')).headers['x-trace-id']);
  });

  it('may come in pieces, and several on one connection', async () => {
    const url = await open();
    const head = `POST /direct HTTP/1.1\r\nhost: x\r\ncontent-type: ${TYPE}\r\ncontent-length: 4\r\n`;
    const text = await talk(url, `${head}\r\n`, 'on', `e!${head}\r\ntwo!`, `${head}connection: close\r\n\r\nlast`);
    expect(text.match(/\r\n\r\n\w+!? from/g)).toEqual(['\r\n\r\none! from', '\r\n\r\ntwo! from', '\r\n\r\nlast from']);
    expect(ordinary).toBe(0);
  });

  it.each([1, 256, 1500, 16_384, 16_385, 300_000])('gets all %i octets of its answer as they are', async (length) => {
    const url = await open();
    const reply = await fetch(url, { method: 'POST', headers: { 'content-type': TYPE }, body: `octets ${length}` });
    expect(reply.headers.get('content-length')).toBe(String(length));
    expect(Buffer.compare(new Uint8Array(await reply.arrayBuffer()), octetsOf(length))).toBe(0);
    expect(ordinary).toBe(0);
  });

  it('is answered in its turn when others were sent behind it, and one of them goes the ordinary way', async () => {
    const url = await open();
    const one = (body: string, more = ''): string =>
      `POST /direct HTTP/1.1\r\nhost: x\r\ncontent-type: ${TYPE}\r\ncontent-length: ${body.length}\r\n${more}\r\n${body}`;
    const working = new Promise<void>((resolve) => {
      started = resolve;
    });
    void working.then(() => setTimeout(() => release(), 50));
    const sent = [one('slow'), one('now'), one('cookie', 'cookie: a=b\r\n'), one('end', 'connection: close\r\n')];
    const text = await talk(url, sent.join(''));
    expect(text.match(/(?<=\r\n\r\n)\w+(?= from)/g)).toEqual(['slow', 'now', 'cookie', 'end']);
    expect(ordinary).toBe(1);
  });

  it('that is given up in the middle of its body is answered to nobody', async () => {
    const url = await open();
    const socket = connect(Number(url.port), url.hostname);
    const head = `POST /direct HTTP/1.1\r\nhost: x\r\ncontent-type: ${TYPE}\r\ncontent-length: 4\r\n\r\n`;
    await new Promise((resolve) => socket.write(`${head}sl`, resolve));
    const before = await new Promise<number>((resolve) =>
      server.app.server.getConnections((_, count) => resolve(count)),
    );
    socket.destroy();
    expect((await ask(url, 'now')).status).toBe(200);
    expect(before).toBe(1);
  });

  it('is measured as every request', async () => {
    const { logger, metrics, health } = createTelemetry({ level: 'silent', processMetrics: false });
    const url = await open({ logger, metrics, health });
    await ask(url, 'one');
    await askFramework('two');
    await ask(url, 'teapot');
    const text = await metrics.render();
    const count = 'tra_http_request_duration_seconds_count{method="POST",route="/direct",status=';
    expect(text).toContain(`${count}"200"} 2`);
    expect(text).toContain(`${count}"418"} 1`);
  });

  it('is finished at shutdown, and its connection closed', async () => {
    const url = await open();
    const working = new Promise<void>((resolve) => {
      started = resolve;
    });
    const reply = ask(url, 'slow');
    await working;
    const closed = server.close();
    while (server.app.server.listening) await new Promise((resolve) => setImmediate(resolve));
    release();
    const { status, headers } = await reply;
    expect({ status, connection: headers.connection }).toEqual({ status: 200, connection: 'close' });
    await closed;
  });
});

describe('what is unusual about a request to a direct route', () => {
  const length = (text: string) => `content-length: ${text.length}\r\n`;
  it.each([
    ['another method', 'PUT', TYPE, length('x'), 'x', 405],
    ['HEAD', 'HEAD', TYPE, '', '', 405],
    ['another media type', 'POST', 'text/plain', length('x'), 'x', 415],
    ['parameters of the media type', 'POST', `${TYPE}; a=b`, length('x'), 'x', 200],
    ['no body', 'POST', TYPE, 'content-length: 0\r\n', '', 200],
    ['a body beyond the limit', 'POST', TYPE, length('a'.repeat(17)), 'a'.repeat(17), 413],
    [
      'a body beyond the limit, in chunks',
      'POST',
      TYPE,
      'transfer-encoding: chunked\r\n',
      `11\r\n${'a'.repeat(17)}\r\n0\r\n\r\n`,
      413,
    ],
    ['a body in chunks', 'POST', TYPE, 'transfer-encoding: chunked\r\n', '1\r\nx\r\n0\r\n\r\n', 200],
    ['a cookie', 'POST', TYPE, `cookie: a=b\r\n${length('x')}`, 'x', 200],
    ['a key of idempotency', 'POST', TYPE, `idempotency-key: a\r\n${length('x')}`, 'x', 200],
  ])('%s is left to the framework', async (_what, method, type, headers, body, status) => {
    const url = await open();
    const head = `${method} /direct HTTP/1.1\r\nhost: x\r\nconnection: close\r\ncontent-type: ${type}\r\n${headers}\r\n`;
    expect(await talk(url, head + body)).toMatch(new RegExp(`^HTTP/1.1 ${status} `));
    expect(ordinary).toBe(1);
  });

  it('a query in the address is left to the framework', async () => {
    const url = await open();
    expect((await ask(new URL('?lang=en', url), 'limited')).text).toContain('"title":"Too many');
    expect(ordinary).toBe(1);
  });

  it('a length that is none ends the connection with a problem', async () => {
    const url = await open();
    for (const wrong of [
      'content-length: 1\r\ncontent-length: 2',
      'content-length: -1',
      'content-length: 1\r\ntransfer-encoding: chunked',
    ]) {
      const text = await talk(url, `POST /direct HTTP/1.1\r\nhost: x\r\ncontent-type: ${TYPE}\r\n${wrong}\r\n\r\nx`);
      expect(text).toMatch(/^HTTP\/1.1 400 /);
    }
    expect(ordinary).toBe(0);
  });

  it('a body that does not end is cut', async () => {
    const url = await open({ config: { idleTimeoutMs: 200 } });
    const head = `POST /direct HTTP/1.1\r\nhost: x\r\ncontent-type: ${TYPE}\r\ncontent-length: 9\r\n\r\n`;
    expect(await talk(url, `${head}abc`)).toBe('');
  });
});

describe('limits of a direct route', () => {
  it('are the same on both ways', async () => {
    const url = await open({ config: { rateLimitPerAddress: 3, rateLimitWindowMs: 60_000 } });
    const left = [await ask(url, 'x'), await askFramework('x'), await ask(url, 'x')];
    expect(left.map(({ headers }) => Number(headers['ratelimit-remaining']))).toEqual([2, 1, 0]);
    const refused = await ask(url, 'x');
    expect(refused.status).toBe(429);
    expect(lasting(refused)).toEqual(lasting(await askFramework('x')));
  });

  it('do not hold for who goes by limits of its own', async () => {
    const url = await open({ config: { rateLimitPerAddress: 1 } });
    for (let turn = 0; turn < 3; turn += 1) expect((await ask(url, 'x', { authorization: 'known' })).status).toBe(200);
    expect((await askFramework('x', { authorization: 'known' })).headers['ratelimit-limit']).toBeUndefined();
    expect((await ask(url, 'x', { authorization: 'other' })).status).toBe(200);
    expect((await ask(url, 'x', { authorization: 'other' })).status).toBe(429);
  });

  it('believe forwarded addresses only from named proxies', async () => {
    const distrusting = await open();
    expect((await ask(distrusting, 'x', { 'x-forwarded-for': '10.0.0.9' })).text).toMatch(
      /^x from (::ffff:)?127\.0\.0\.1$/,
    );
    await server.close();
    const trusting = await open({ config: { trustProxy: ['127.0.0.1'] } });
    const forwarded = { 'x-forwarded-for': '10.0.0.9' };
    expect((await ask(trusting, 'x', forwarded)).text).toBe('x from 10.0.0.9');
    expect((await askFramework('x', forwarded)).text).toBe('x from 10.0.0.9');
  });
});

describe('mounting a direct route', () => {
  it.each([
    [{ security: [{ session: [] }] }, {}],
    [{ security: [] }, { sameOrigin: true }],
    [{ security: [], querystring: { type: 'object', properties: {} } }, {}],
  ])('is refused when something of it is checked by the framework only', async (schema, config) => {
    server = await createTestHttpServer();
    const route = { mediaType: TYPE, bodyLimit: 16, answer };
    await expect(postDirect(server.app, '/closed', { schema, config, route })).rejects.toThrow(TypeError);
  });
});
