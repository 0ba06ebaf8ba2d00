import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { etagOf, type HttpServer, requireIfMatch } from '../src/index.ts';
import { createTestHttpServer } from '../src/testing.ts';

let server: HttpServer;
beforeAll(async () => {
  server = await createTestHttpServer();
  server.app.put('/thing', async (request, reply) => {
    requireIfMatch(request, 7);
    return reply.header('etag', etagOf(8)).send({ ok: true });
  });
});
afterAll(() => server.close());

describe('requireIfMatch', () => {
  it.each<[string | undefined, number]>([
    ['"7"', 200],
    ['"6", "7"', 200],
    ['*', 200],
    ['"6"', 412],
    ['7', 412],
    ['W/"7"', 412],
    ['', 428],
    [undefined, 428],
  ])('If-Match: %s', async (value, status) => {
    const headers: Record<string, string> = value === undefined ? {} : { 'if-match': value };
    const reply = await server.app.inject({ method: 'PUT', url: '/thing', headers });
    expect(reply.statusCode).toBe(status);
    if (status === 200) expect(reply.headers.etag).toBe('"8"');
  });
});
