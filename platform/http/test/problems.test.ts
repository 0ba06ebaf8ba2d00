import { CodedError } from '@tra/kernel';
import { createTelemetry } from '@tra/platform-telemetry';
import type { InjectOptions } from 'fastify';
import { Type } from 'typebox';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { HttpProblem, type HttpServer } from '../src/index.ts';
import { createTestHttpServer } from '../src/testing.ts';

class SampleError extends CodedError<'sample.closed' | 'sample.unmapped'> {}

const lines: string[] = [];
let server: HttpServer;

beforeAll(async () => {
  const { logger } = createTelemetry({
    level: 'debug',
    destination: { write: (line) => void lines.push(line) },
    processMetrics: false,
  });
  server = await createTestHttpServer({ logger, problems: new Map([['sample.closed', 409]]) });
  const { app } = server;
  app.post(
    '/api/v1/things',
    { schema: { body: Type.Object({ name: Type.String() }) } },
    async (request) => request.body,
  );
  app.post('/api/v1/small', { bodyLimit: 10, schema: { body: Type.Object({}) } }, async () => 'ok');
  app.get('/api/v1/things/:id', async () => 'ok');
  app.get('/api/v1/coded', async () => {
    throw new SampleError('sample.closed', { params: { since: 1 } });
  });
  app.get('/api/v1/unmapped', async () => {
    throw new SampleError('sample.unmapped', { params: { secret: 'hush' } });
  });
  app.get('/api/v1/broken', async () => {
    throw new Error('SELECT hush FROM hush');
  });
  app.get('/api/v1/nothing', async () => Promise.reject(undefined));
  app.get('/api/v1/fields', async () => {
    throw new HttpProblem('sample.closed', 422, { errors: [{ pointer: '/a', code: 'http.field.required' }] });
  });
  app.get('/api/v1/slow', { handlerTimeout: 30 }, () => new Promise(() => undefined));
});

afterAll(() => server.close());

const json = { 'content-type': 'application/json' };
type Request = InjectOptions;

async function problemOf(request: Request): Promise<Record<string, unknown>> {
  const reply = await server.app.inject(request);
  expect(reply.headers['content-type']).toBe('application/problem+json; charset=utf-8');
  const problem = reply.json() as Record<string, unknown>;
  expect(Object.keys(problem)).toEqual(['type', 'title', 'status', 'detail', 'code', 'errors', 'traceId']);
  expect(problem.status).toBe(reply.statusCode);
  expect(problem.type).toBe(`http://localhost/problems/${problem.code}`);
  expect(problem.traceId).toBe(reply.headers['x-trace-id'] ?? problem.traceId);
  expect(problem.traceId).toMatch(/^[0-9a-f]{32}$/);
  return problem;
}

const post = (payload: string | Buffer, headers: Record<string, string> = json): Request => ({
  method: 'POST',
  url: '/api/v1/things',
  payload,
  headers,
});

describe('every error is a problem', () => {
  it.each<[string, Request, number, string]>([
    ['an unknown address', { url: '/nowhere' }, 404, 'http.not_found'],
    [
      'an unknown address below the API',
      { method: 'POST', url: '/api/v1/nowhere', payload: {} },
      404,
      'http.not_found',
    ],
    ['a wrong method', { method: 'DELETE', url: '/api/v1/things' }, 405, 'http.method_not_allowed'],
    [
      'a wrong method on a path with a parameter',
      { method: 'PUT', url: '/api/v1/things/7?x=1' },
      405,
      'http.method_not_allowed',
    ],
    ['JSON that is none', post('{"name":'), 400, 'http.body_invalid'],
    ['an empty JSON body', post(''), 400, 'http.request_invalid'],
    ['broken UTF-8', post(Buffer.from([0x7b, 0x22, 0x6e, 0xe0, 0xb8, 0x22, 0x7d])), 400, 'http.body_invalid'],
    ['overlong UTF-8', post(Buffer.from([0x22, 0xc0, 0xaf, 0x22])), 400, 'http.body_invalid'],
    ['half a surrogate pair', post('{"name":"\\ud800"}'), 400, 'http.body_invalid'],
    ['U+0000', post('{"name":"a\\u0000b"}'), 400, 'http.body_invalid'],
    ['U+0000 in a name', post('{"a\\u0000b":1}'), 400, 'http.body_invalid'],
    ['a prototype', post('{"name":"a","__proto__":{"x":1}}'), 400, 'http.body_invalid'],
    ['nesting beyond measure', post(`${'['.repeat(5000)}${']'.repeat(5000)}`), 400, 'http.body_invalid'],
    [
      'another charset',
      post('{}', { 'content-type': 'application/json; charset=tis-620' }),
      415,
      'http.media_type_unsupported',
    ],
    [
      'another media type',
      post('name=a', { 'content-type': 'application/x-www-form-urlencoded' }),
      415,
      'http.media_type_unsupported',
    ],
    ['plain text', post('{}', { 'content-type': 'text/plain' }), 415, 'http.media_type_unsupported'],
    [
      'multipart where JSON is taken',
      post('--x--', { 'content-type': 'multipart/form-data; boundary=x' }),
      415,
      'http.media_type_unsupported',
    ],
    ['a media type that is none', post('{}', { 'content-type': '///' }), 415, 'http.media_type_unsupported'],
    [
      'a body over the cap of its route',
      { method: 'POST', url: '/api/v1/small', payload: { a: 'too long' } },
      413,
      'http.body_too_large',
    ],
    ['a body over the general cap', post(`"${'a'.repeat(1_100_000)}"`), 413, 'http.body_too_large'],
    ['a broken address', { url: '/api/v1/things/%E0%A4' }, 400, 'http.request_invalid'],
    ['a broken query', { url: '/api/v1/things/7?q=%FF' }, 400, 'http.request_invalid'],
    ['U+0000 in an address', { url: '/api/v1/things/a%00b' }, 400, 'http.request_invalid'],
    ['a coded error', { url: '/api/v1/coded' }, 409, 'sample.closed'],
    ['a coded error that no table knows', { url: '/api/v1/unmapped' }, 500, 'http.internal'],
    ['an error that nobody planned', { url: '/api/v1/broken' }, 500, 'http.internal'],
    ['a rejection with nothing', { url: '/api/v1/nothing' }, 500, 'http.internal'],
    ['a handler that hangs', { url: '/api/v1/slow' }, 503, 'http.unavailable'],
  ])('%s', async (_name, request, status, code) => {
    expect(await problemOf(request)).toMatchObject({ status, code });
  });

  it('shows nothing of an internal error, but logs its cause', async () => {
    lines.length = 0;
    const problem = await problemOf({ url: '/api/v1/broken' });
    expect(JSON.stringify(problem)).not.toContain('hush');
    const logged = lines.find((line) => line.includes('a request failed'));
    expect(logged).toContain('SELECT hush');
    expect(logged).toContain(String(problem.traceId));
  });

  it('names the methods that are allowed', async () => {
    const reply = await server.app.inject({ method: 'DELETE', url: '/api/v1/things' });
    expect(reply.headers.allow).toBe('POST');
    expect((reply.json() as { detail: string }).detail).toContain('POST');
    expect((await server.app.inject({ method: 'PUT', url: '/api/v1/things/7' })).headers.allow).toBe('GET, HEAD');
  });

  it('answers OPTIONS with the methods', async () => {
    const reply = await server.app.inject({ method: 'OPTIONS', url: '/api/v1/things' });
    expect(reply.statusCode).toBe(204);
    expect(reply.headers.allow).toBe('POST, OPTIONS');
  });

  it('speaks the language of the reader', async () => {
    const thai = await problemOf({ url: '/nowhere' });
    const english = await problemOf({ url: '/nowhere', headers: { 'accept-language': 'en-GB,th;q=0.5' } });
    const asked = await problemOf({ url: '/nowhere?lang=en', headers: { 'accept-language': 'th' } });
    expect(thai.title).toBe('ไม่พบ');
    expect(english.title).toBe('Not found');
    expect(asked.detail).toBe(english.detail);
    const reply = await server.app.inject({ url: '/nowhere?lang=en' });
    expect(reply.headers).toMatchObject({ 'content-language': 'en', 'cache-control': 'no-store' });
    expect(reply.headers.vary).toContain('Accept-Language');
  });

  it('carries the field errors that a system found', async () => {
    const problem = await problemOf({ url: '/api/v1/fields?lang=en' });
    expect(problem.errors).toEqual([{ pointer: '/a', code: 'http.field.required', message: 'This is required' }]);
  });

  it('continues the trace of the caller when that is one', async () => {
    const trace = '4bf92f3577b34da6a3ce929d0e0e4736';
    const given = (value: string) => problemOf({ url: '/nowhere', headers: { traceparent: value } });
    expect((await given(`00-${trace}-00f067aa0ba902b7-01`)).traceId).toBe(trace);
    expect((await given(`00-${'0'.repeat(32)}-00f067aa0ba902b7-01`)).traceId).not.toBe('0'.repeat(32));
    expect((await given(`00-${trace}\n-x`)).traceId).not.toBe(trace);
  });

  it('logs the pattern of the route and nothing that people typed', async () => {
    lines.length = 0;
    await server.app.inject({
      url: '/api/v1/things/somchai-1234567890121?q=jaidee',
      headers: { cookie: 'tra_session=hush' },
    });
    const all = lines.join('');
    expect(all).toContain('/api/v1/things/:id');
    expect(all).not.toMatch(/somchai|jaidee|hush|127\.0\.0\.1/);
  });
});

describe('a body', () => {
  it('arrives as it was sent', async () => {
    const name = 'กำ\u{1F600} \\u0000 é';
    const reply = await server.app.inject({ method: 'POST', url: '/api/v1/things', payload: { name } });
    expect(reply.json()).toEqual({ name });
  });

  it('may have a charset that is UTF-8', async () => {
    const reply = await server.app.inject(
      post('{"name":"a"}', { 'content-type': 'application/json; charset="UTF-8"' }),
    );
    expect(reply.statusCode).toBe(200);
  });
});
