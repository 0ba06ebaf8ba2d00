import { Type } from 'typebox';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Authenticator, type HttpServer, httpProblem, type Principal, requirePrincipal } from '../src/index.ts';
import { createTestHttpServer } from '../src/testing.ts';

const principal = (method: Principal['method'], ...roles: string[]): Principal => ({
  accountId: '7',
  displayName: { th: 'ก', en: 'A' },
  roles,
  method,
  ...(method === 'session' ? { csrfToken: 'right-token' } : {}),
});

const authenticator: Authenticator = {
  authenticate: async ({ cookies, headers }) => {
    if (cookies.tra_session === 'expired') throw httpProblem('http.session_expired');
    if (cookies.tra_session === 'broken') throw new Error('database is away');
    if (cookies.tra_session) return principal('session', cookies.tra_session);
    return headers.authorization === 'Bearer machine' ? principal('bearer', 'officer') : undefined;
  },
};

let server: HttpServer;
let handled = 0;
beforeAll(async () => {
  server = await createTestHttpServer({ authenticator, config: { publicUrl: 'https://tra.example' } });
  const { app } = server;
  app.get('/open', async (request) => ({ who: request.principal?.accountId ?? null }));
  app.get('/officers', async (request) => ({ who: requirePrincipal(request, 'officer', 'approver').accountId }));
  app.post('/closed', { schema: { security: [{ session: [] }], body: Type.Object({}) } }, async () => ({ ok: true }));
  app.post('/optional', { schema: { security: [{}, { session: [] }] } }, async () => ({ ok: true }));
  app.post('/change', async () => {
    handled += 1;
    return { ok: true };
  });
  app.post('/sign-in', { config: { sameOrigin: true } }, async () => ({ ok: true }));
});
afterAll(() => server.close());

async function answer(method: 'GET' | 'POST', url: string, headers: Record<string, string>): Promise<string | number> {
  const reply = await server.app.inject({ method, url, headers });
  return reply.statusCode === 200 ? 200 : (reply.json() as { code: string }).code;
}

describe('requirePrincipal', () => {
  it.each<[string, Record<string, string>, string | number]>([
    ['nobody', {}, 'http.sign_in_required'],
    ['an expired session', { cookie: 'tra_session=expired' }, 'http.session_expired'],
    ['another role', { cookie: 'tra_session=citizen' }, 'http.role_required'],
    ['the role', { cookie: 'tra_session=officer' }, 200],
    ['a machine with the role', { authorization: 'Bearer machine' }, 200],
    ['a machine with a wrong token', { authorization: 'Bearer other' }, 'http.sign_in_required'],
    ['a database that is away', { cookie: 'tra_session=broken' }, 'http.internal'],
  ])('%s', async (_name, headers, expected) => {
    expect(await answer('GET', '/officers', headers)).toBe(expected);
  });

  it('serves open routes to an expired session as to nobody', async () => {
    const reply = await server.app.inject({ url: '/open', headers: { cookie: 'tra_session=expired' } });
    expect(reply.json()).toEqual({ who: null });
  });
});

describe('answers to somebody', () => {
  it('are kept by nobody on the way', async () => {
    const signedIn = await server.app.inject({ url: '/open', headers: { cookie: 'tra_session=citizen' } });
    expect(signedIn.headers['cache-control']).toBe('no-store');
    expect((await server.app.inject('/open')).headers['cache-control']).toBeUndefined();
  });
});

describe('routes whose schema states security', () => {
  it('are closed before the body is looked at', async () => {
    expect(await answer('POST', '/closed', { 'content-type': 'text/plain' })).toBe('http.sign_in_required');
    expect(await answer('POST', '/closed', { cookie: 'tra_session=expired' })).toBe('http.session_expired');
  });

  it('are open when one of the ways is none', async () => {
    expect(await answer('POST', '/optional', {})).toBe(200);
  });
});

describe('requests that another site may have caused', () => {
  const cookie = 'tra_session=citizen';
  const token = { 'x-csrf-token': 'right-token' };
  it.each<[string, Record<string, string>, string | number]>([
    ['without a token', { cookie }, 'http.csrf_invalid'],
    ['with a wrong token', { cookie, 'x-csrf-token': 'wrong-token' }, 'http.csrf_invalid'],
    ['with a token of another length', { cookie, 'x-csrf-token': 'x' }, 'http.csrf_invalid'],
    ['with the token', { cookie, ...token }, 200],
    ['from our pages', { cookie, ...token, 'sec-fetch-site': 'same-origin', origin: 'https://tra.example' }, 200],
    ['from another site with the token', { cookie, ...token, 'sec-fetch-site': 'cross-site' }, 'http.csrf_invalid'],
    ['from a sibling site with the token', { cookie, ...token, 'sec-fetch-site': 'same-site' }, 'http.csrf_invalid'],
    ['from another origin with the token', { cookie, ...token, origin: 'https://evil.example' }, 'http.csrf_invalid'],
    ['from an opaque origin', { cookie, ...token, origin: 'null' }, 'http.csrf_invalid'],
    ['from our origin in an old browser', { cookie, ...token, origin: 'https://tra.example' }, 200],
    ['by a machine', { authorization: 'Bearer machine', origin: 'https://evil.example' }, 200],
    ['by nobody', { origin: 'https://evil.example' }, 200],
  ])('%s', async (_name, headers, expected) => {
    const before = handled;
    expect(await answer('POST', '/change', headers)).toBe(expected);
    expect(handled - before).toBe(expected === 200 ? 1 : 0);
  });

  it('cannot sign somebody in', async () => {
    expect(await answer('POST', '/sign-in', { 'sec-fetch-site': 'cross-site' })).toBe('http.csrf_invalid');
    expect(await answer('POST', '/sign-in', { origin: 'https://evil.example' })).toBe('http.csrf_invalid');
    expect(await answer('POST', '/sign-in', {})).toBe(200);
    expect(await answer('POST', '/sign-in', { cookie, 'sec-fetch-site': 'same-origin' })).toBe(200);
  });

  it('may read', async () => {
    expect(await answer('GET', '/open', { cookie, 'sec-fetch-site': 'cross-site' })).toBe(200);
  });
});
