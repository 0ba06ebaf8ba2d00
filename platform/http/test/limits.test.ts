import { afterEach, describe, expect, it } from 'vitest';
import type { Authenticator, HttpConfig, HttpServer } from '../src/index.ts';
import { createTestHttpServer } from '../src/testing.ts';

const authenticator: Authenticator = {
  authenticate: async ({ headers }) => {
    const account = headers.authorization;
    if (typeof account !== 'string') return undefined;
    return { accountId: account, displayName: { th: '', en: '' }, roles: [], method: 'bearer' };
  },
};

let server: HttpServer | undefined;
afterEach(() => server?.close());

async function open(config: Partial<HttpConfig>): Promise<HttpServer['app']> {
  server = await createTestHttpServer({ authenticator, config });
  server.app.get('/x', async () => ({ ok: true }));
  return server.app;
}

describe('rate limits', () => {
  it('announce what is left and refuse what is too much, per address', async () => {
    const app = await open({ rateLimitPerAddress: 3, rateLimitWindowMs: 60_000 });
    const replies = [];
    for (let index = 0; index < 4; index += 1) replies.push(await app.inject('/x'));
    expect(replies.map((reply) => reply.statusCode)).toEqual([200, 200, 200, 429]);
    expect(replies.map((reply) => Number(reply.headers['ratelimit-remaining']))).toEqual([2, 1, 0, 0]);
    const refused = replies[3]!;
    expect(refused.headers['ratelimit-limit']).toBe('3');
    expect(Number(refused.headers['retry-after'])).toBeGreaterThan(0);
    expect(refused.json()).toMatchObject({ code: 'http.rate_limited', status: 429 });
    expect((await app.inject({ url: '/x', remoteAddress: '10.0.0.1' })).statusCode).toBe(200);
  });

  it('count addresses that lead nowhere too', async () => {
    const app = await open({ rateLimitPerAddress: 2 });
    await app.inject('/a');
    await app.inject('/b');
    expect((await app.inject('/c')).statusCode).toBe(429);
  });

  it('hold per account, wherever it comes from', async () => {
    const app = await open({ rateLimitPerAccount: 2 });
    const ask = (account: string, remoteAddress: string) =>
      app.inject({ url: '/x', remoteAddress, headers: { authorization: account } });
    expect((await ask('a', '10.0.0.1')).statusCode).toBe(200);
    expect((await ask('a', '10.0.0.2')).statusCode).toBe(200);
    expect((await ask('a', '10.0.0.3')).statusCode).toBe(429);
    expect((await ask('b', '10.0.0.3')).statusCode).toBe(200);
  });

  it('open again after the window', async () => {
    const app = await open({ rateLimitPerAddress: 1, rateLimitWindowMs: 100 });
    expect((await app.inject('/x')).statusCode).toBe(200);
    expect((await app.inject('/x')).statusCode).toBe(429);
    await new Promise((resolve) => setTimeout(resolve, 150));
    expect((await app.inject('/x')).statusCode).toBe(200);
  });

  it('spare what operators ask, and can be switched off', async () => {
    const app = await open({ rateLimitPerAddress: 1 });
    for (let index = 0; index < 5; index += 1) expect((await app.inject('/healthz')).statusCode).toBe(200);
    await server?.close();
    const free = await open({ rateLimitPerAddress: 0, rateLimitPerAccount: 0 });
    for (let index = 0; index < 5; index += 1)
      expect((await free.inject('/x')).headers['ratelimit-limit']).toBeUndefined();
  });

  it('believe forwarded addresses only from named proxies', async () => {
    const ask = async (app: HttpServer['app'], forwarded: string) =>
      (await app.inject({ url: '/x', headers: { 'x-forwarded-for': forwarded } })).statusCode;
    const distrusting = await open({ rateLimitPerAddress: 1 });
    await ask(distrusting, '10.0.0.1');
    expect(await ask(distrusting, '10.0.0.2')).toBe(429);
    await server?.close();
    const trusting = await open({ rateLimitPerAddress: 1, trustProxy: ['127.0.0.1'] });
    await ask(trusting, '10.0.0.1');
    expect(await ask(trusting, '10.0.0.2')).toBe(200);
  });
});
