import { steppedClock } from '@tra/kernel/testing';
import type { Database } from '@tra/platform-storage';
import { openTestDatabase } from '@tra/platform-storage/testing';
import { Type } from 'typebox';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type Authenticator, createIdempotencyStore, HttpProblem, type HttpServer, migrations } from '../src/index.ts';
import { createTestHttpServer } from '../src/testing.ts';

const authenticator: Authenticator = {
  authenticate: async ({ headers }) =>
    typeof headers.authorization === 'string'
      ? { accountId: headers.authorization, displayName: { th: '', en: '' }, roles: [], method: 'bearer' }
      : undefined,
};

const clock = steppedClock('2026-11-20T07:00:00Z');
let database: Database;
let server: HttpServer;
let done: unknown[] = [];
let next: () => Promise<void> = async () => undefined;

beforeAll(async () => {
  database = await openTestDatabase({ migrations: [migrations] });
  server = await createTestHttpServer({ authenticator, idempotency: createIdempotencyStore({ database, clock }) });
  const { app } = server;
  app.post('/orders', { schema: { body: Type.Object({ n: Type.Integer() }) } }, async (request, reply) => {
    done.push(request.body.n);
    await next();
    return reply
      .code(201)
      .header('location', `/orders/${done.length}`)
      .header('etag', '"1"')
      .send({ order: done.length });
  });
  app.delete('/orders/:id', async (_request, reply) => {
    done.push('deleted');
    return reply.code(204).send();
  });
  app.post('/cookie', async (_request, reply) => {
    done.push('cookie');
    return reply.setCookie('tra_session', 'x').send({ ok: true });
  });
  app.post('/files', { schema: { consumes: ['multipart/form-data'] } }, async (request) => {
    const file = await request.file();
    done.push((await file?.toBuffer())?.toString());
    return { ok: done.length };
  });
});
afterAll(async () => {
  await server.close();
  await database.close();
});
beforeEach(() => {
  done = [];
  next = async () => undefined;
});

let counter = 0;
const newKey = (): string => {
  counter += 1;
  return `key-${counter}`;
};
const order = (key: string, n: unknown, account = 'a') =>
  server.app.inject({
    method: 'POST',
    url: '/orders',
    payload: { n },
    headers: { 'idempotency-key': key, authorization: account },
  });

describe('Idempotency-Key', () => {
  it('gets the same answer again without the work being done again', async () => {
    const key = newKey();
    const first = await order(key, 1);
    const second = await order(key, 1);
    expect(done).toEqual([1]);
    expect([second.statusCode, second.body]).toEqual([201, first.body]);
    expect(second.headers).toMatchObject({
      location: '/orders/1',
      etag: '"1"',
      'content-type': first.headers['content-type'],
      'idempotency-replayed': 'true',
    });
    expect(first.headers['idempotency-replayed']).toBeUndefined();
  });

  it('is refused with another body, another address of the same account', async () => {
    const key = newKey();
    await order(key, 1);
    expect((await order(key, 2)).json()).toMatchObject({ code: 'http.idempotency_conflict', status: 422 });
    const headers = { 'idempotency-key': key, authorization: 'a' };
    expect((await server.app.inject({ method: 'DELETE', url: '/orders/1', headers })).statusCode).toBe(422);
    expect(done).toEqual([1]);
  });

  it('belongs to one account', async () => {
    const key = newKey();
    await order(key, 1, 'a');
    expect((await order(key, 2, 'b')).statusCode).toBe(201);
    expect(done).toEqual([1, 2]);
  });

  it('lets one of many at the same time do the work and answers all', async () => {
    const key = newKey();
    next = () => new Promise((resolve) => setTimeout(resolve, 60));
    const replies = await Promise.all(Array.from({ length: 8 }, () => order(key, 5)));
    expect(done).toEqual([5]);
    expect(new Set(replies.map((reply) => reply.body)).size).toBe(1);
    expect(replies.filter((reply) => reply.headers['idempotency-replayed'] === undefined)).toHaveLength(1);
  });

  it('may be tried again after a failure of ours', async () => {
    const key = newKey();
    next = async () => {
      throw new Error('away');
    };
    expect((await order(key, 1)).statusCode).toBe(500);
    next = async () => undefined;
    expect((await order(key, 1)).statusCode).toBe(201);
  });

  it('keeps refusals by the work itself, but not those before it', async () => {
    const key = newKey();
    expect((await order(key, 'x')).statusCode).toBe(400);
    next = async () => {
      throw new HttpProblem('http.request_invalid', 422);
    };
    expect((await order(key, 1)).statusCode).toBe(422);
    next = async () => undefined;
    const again = await order(key, 1);
    expect([again.statusCode, again.headers['idempotency-replayed'], done]).toEqual([422, 'true', [1]]);
  });

  it('works without a body in the answer', async () => {
    const headers = { 'idempotency-key': newKey() };
    const ask = () => server.app.inject({ method: 'DELETE', url: '/orders/1', headers });
    expect((await ask()).statusCode).toBe(204);
    const second = await ask();
    expect([second.statusCode, second.body, done]).toEqual([204, '', ['deleted']]);
  });

  it('never keeps a cookie', async () => {
    const headers = { 'idempotency-key': newKey() };
    await server.app.inject({ method: 'POST', url: '/cookie', headers });
    const second = await server.app.inject({ method: 'POST', url: '/cookie', headers });
    expect(second.headers['idempotency-replayed']).toBeUndefined();
    expect(done).toHaveLength(2);
  });

  it('compares multipart bodies without their boundary', async () => {
    const key = newKey();
    const send = (boundary: string, content: string) =>
      server.app.inject({
        method: 'POST',
        url: '/files',
        headers: { 'idempotency-key': key, 'content-type': `multipart/form-data; boundary=${boundary}` },
        payload: `--${boundary}\r\ncontent-disposition: form-data; name="file"; filename="a.txt"\r\ncontent-type: text/plain\r\n\r\n${content}\r\n--${boundary}--\r\n`,
      });
    expect((await send('first-boundary', 'content')).statusCode).toBe(200);
    expect((await send('other-boundary-1', 'content')).headers['idempotency-replayed']).toBe('true');
    expect((await send('other-boundary-2', 'CONTENT')).statusCode).toBe(422);
    expect(done).toEqual(['content']);
  });

  it.each(['', ' ', 'with space', 'ก', 'x'.repeat(256)])('must not be %j', async (key) => {
    const reply = await order(key, 1);
    expect(reply.json()).toMatchObject({ code: 'http.idempotency_key_invalid', status: 400 });
    expect(done).toEqual([]);
  });

  it('means nothing for reading', async () => {
    expect(
      (await server.app.inject({ url: '/healthz', headers: { 'idempotency-key': 'with space' } })).statusCode,
    ).toBe(200);
  });
});

describe('the store in the database', () => {
  const answer = { status: 200, headers: { 'content-type': 'text/plain' }, body: Uint8Array.of(0, 255, 7) };

  it('gives a key to exactly one of many', async () => {
    const store = createIdempotencyStore({ database, clock });
    const claims = await Promise.all(Array.from({ length: 10 }, () => store.claim('many', 'f')));
    expect(claims.filter((claim) => claim.outcome === 'claimed')).toHaveLength(1);
    expect(claims.filter((claim) => claim.outcome === 'running')).toHaveLength(9);
  });

  it('gives back exactly the bytes', async () => {
    const store = createIdempotencyStore({ database, clock });
    await store.claim('bytes', 'f');
    await store.complete('bytes', answer);
    const again = await store.claim('bytes', 'f');
    expect(again.outcome).toBe('answered');
    if (again.outcome === 'answered') expect([...again.answer.body]).toEqual([0, 255, 7]);
    expect((await store.claim('bytes', 'g')).outcome).toBe('conflict');
  });

  it('lets go of the claim of a process that died, but not to another request', async () => {
    const store = createIdempotencyStore({ database, clock, claimSeconds: 10 });
    await store.claim('died', 'f');
    clock.advance(11_000);
    expect((await store.claim('died', 'g')).outcome).toBe('conflict');
    expect((await store.claim('died', 'f')).outcome).toBe('claimed');
  });

  it('forgets after its hours', async () => {
    const store = createIdempotencyStore({ database, clock, hours: 24 });
    await store.claim('old', 'f');
    await store.complete('old', answer);
    clock.advance(23 * 3_600_000);
    expect((await store.claim('old', 'f')).outcome).toBe('answered');
    clock.advance(3_600_001);
    expect((await store.claim('old', 'g')).outcome).toBe('claimed');
  });

  it('does not release what was answered', async () => {
    const store = createIdempotencyStore({ database, clock });
    await store.claim('kept', 'f');
    await store.complete('kept', answer);
    await store.release('kept');
    expect((await store.claim('kept', 'f')).outcome).toBe('answered');
  });
});
