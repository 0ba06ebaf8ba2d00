import { describe, expect, it } from 'vitest';
import { createApiClient, newIdempotencyKey, urlOf } from '../src/api/client.ts';
import { ApiProblem, connectionProblem, problemFrom } from '../src/api/problem.ts';
import { createSessionStore } from '../src/api/session.ts';

interface Call {
  readonly url: string;
  readonly method: string;
  readonly headers: Record<string, string>;
  readonly body: unknown;
}

type Reply = { status?: number; json?: unknown; text?: string; fail?: Error };

const signedIn = (token: string, account = 'a1'): Reply => ({
  json: {
    authenticated: true,
    demo: true,
    csrfToken: token,
    expiresAt: '2026-11-21T10:00:00.000Z',
    account: { id: account, username: 'somchai', displayName: { th: 'สมชาย', en: 'Somchai' }, roles: ['citizen'] },
  },
});
const problem = (status: number, code: string, extra: object = {}): Reply => ({ status, json: { code, ...extra } });

function clientWith(replies: Record<string, Reply[]>) {
  const calls: Call[] = [];
  const fake = async (input: unknown, init: RequestInit = {}): Promise<Response> => {
    const method = init.method ?? 'GET';
    calls.push({ url: String(input), method, headers: init.headers as Record<string, string>, body: init.body });
    const reply = replies[`${method} ${String(input).replace('/api/v1', '')}`]?.shift();
    if (!reply) throw new Error(`no reply for ${method} ${String(input)}`);
    if (reply.fail) throw reply.fail;
    const body = reply.text ?? (reply.json === undefined ? '' : JSON.stringify(reply.json));
    return new Response(reply.status === 204 ? null : body, { status: reply.status ?? 200 });
  };
  const client = createApiClient({ fetch: fake as typeof fetch, language: () => 'th', online: () => true });
  return { client, calls };
}

async function refusal(promise: Promise<unknown>): Promise<ApiProblem> {
  try {
    await promise;
  } catch (cause) {
    if (cause instanceof ApiProblem) return cause;
    throw cause;
  }
  throw new Error('was not refused');
}

describe('request', () => {
  it('reads JSON and asks in the language of the page', async () => {
    const { client, calls } = clientWith({ 'GET /x?q=%E0%B8%81': [{ json: { a: 1 } }] });
    expect(await client.json('/x', { query: { q: 'ก', state: undefined, after: '' } })).toEqual({ a: 1 });
    expect(calls[0]?.headers['accept-language']).toBe('th');
    expect(calls[0]?.headers['x-csrf-token']).toBeUndefined();
  });

  it('sends the CSRF token, the version and the idempotency key with a write', async () => {
    const { client, calls } = clientWith({ 'GET /identity/session': [signedIn('t1')], 'PUT /x': [{ json: {} }] });
    await client.json('/x', { method: 'PUT', body: { a: 1 }, version: 7, idempotencyKey: 'k' });
    expect(calls[1]).toMatchObject({
      body: '{"a":1}',
      headers: { 'x-csrf-token': 't1', 'if-match': '"7"', 'idempotency-key': 'k', 'content-type': 'application/json' },
    });
  });

  it('sends no token when nobody is signed in', async () => {
    const { client, calls } = clientWith({
      'GET /identity/session': [{ json: { authenticated: false, demo: true } }],
      'POST /validations': [{ json: {} }],
    });
    await client.json('/validations', { method: 'POST', form: new FormData() });
    expect(calls[1]?.headers['x-csrf-token']).toBeUndefined();
    expect(calls[1]?.headers['content-type']).toBeUndefined();
  });

  it('makes keys that differ and addresses that are encoded', () => {
    expect(newIdempotencyKey()).toMatch(/^[0-9a-f]{32}$/);
    expect(newIdempotencyKey()).not.toBe(newIdempotencyKey());
    expect(urlOf('/a', { query: { q: 'a b' } })).toBe('/api/v1/a?q=a+b');
  });
});

describe('problems', () => {
  it('carry the code, the texts and every field error', async () => {
    const errors = [{ pointer: '/data/name', code: 'cases.required', message: 'กรุณากรอก' }, { broken: true }];
    const { client } = clientWith({ 'GET /x': [problem(422, 'http.request_invalid', { title: 'ไม่ถูกต้อง', errors })] });
    const found = await refusal(client.json('/x'));
    expect(found).toMatchObject({ code: 'http.request_invalid', status: 422, title: 'ไม่ถูกต้อง' });
    expect(found.errors).toEqual([errors[0]]);
  });

  it('are made from the status when a proxy answers with a page', () => {
    const headers = { get: () => null };
    expect(problemFrom(413, '<html>', headers).code).toBe('http.body_too_large');
    expect(problemFrom(502, 'Bad gateway', headers).code).toBe('http.unavailable');
    expect(problemFrom(418, '[1]', headers).code).toBe('http.request_invalid');
    expect(problemFrom(429, '{}', { get: () => '7' }).retryAfterSeconds).toBe(7);
  });

  it('name what kept a request from being answered', async () => {
    const { client } = clientWith({ 'GET /x': [{ fail: new TypeError('failed') }], 'GET /y': [{ text: '<html>' }] });
    expect((await refusal(client.json('/x'))).code).toBe('client.unreachable');
    expect((await refusal(client.json('/y'))).code).toBe('client.unreadable_answer');
    expect(connectionProblem(new TypeError('x'), false)).toMatchObject({ code: 'client.offline', status: 0 });
    expect(connectionProblem(new DOMException('x', 'TimeoutError'), true)).toMatchObject({ code: 'client.timeout' });
    const abort = new DOMException('x', 'AbortError');
    expect(connectionProblem(abort, true)).toBe(abort);
  });
});

describe('an ended session', () => {
  it('asks once for all requests that met it, then repeats them with the new token', async () => {
    const { client, calls } = clientWith({
      'GET /identity/session': [signedIn('old')],
      'PUT /a': [problem(401, 'http.session_expired'), { json: 'a' }],
      'PUT /b': [problem(401, 'http.session_expired'), { json: 'b' }],
    });
    let asked = 0;
    await client.session();
    client.onSignedOut(async () => {
      asked += 1;
      await new Promise((resolve) => setTimeout(resolve, 5));
      client.setSession(signedIn('new').json as never);
      return true;
    });
    const put = (path: string) => client.json(path, { method: 'PUT', body: {} });
    expect(await Promise.all([put('/a'), put('/b')])).toEqual(['a', 'b']);
    expect(asked).toBe(1);
    expect(calls.slice(-2).map((call) => call.headers['x-csrf-token'])).toEqual(['new', 'new']);
  });

  it('is the answer when the person does not sign in again', async () => {
    const { client } = clientWith({ 'GET /a': [problem(401, 'http.sign_in_required')] });
    client.onSignedOut(async () => false);
    expect((await refusal(client.json('/a'))).isSignedOut).toBe(true);
  });

  it('does not interrupt requests that are about the session itself', async () => {
    const { client } = clientWith({ 'GET /a': [problem(401, 'http.session_expired')] });
    client.onSignedOut(() => Promise.reject(new Error('asked')));
    expect((await refusal(client.json('/a', { askToSignIn: false }))).status).toBe(401);
  });

  it('repeats a write after the same account signed in elsewhere, never as another account', async () => {
    const same = clientWith({
      'GET /identity/session': [signedIn('old'), signedIn('new')],
      'PUT /a': [problem(403, 'http.csrf_invalid'), { json: 'done' }],
    });
    await same.client.session();
    expect(await same.client.json('/a', { method: 'PUT', body: {} })).toBe('done');
    const other = clientWith({
      'GET /identity/session': [signedIn('old'), signedIn('new', 'somebody else')],
      'PUT /a': [problem(403, 'http.csrf_invalid')],
    });
    await other.client.session();
    expect((await refusal(other.client.json('/a', { method: 'PUT', body: {} }))).code).toBe('http.csrf_invalid');
  });
});

describe('session store', () => {
  it('signs in and out and tells its listeners', async () => {
    const { client, calls } = clientWith({
      'GET /identity/session': [
        { json: { authenticated: false, demo: true } },
        { json: { authenticated: false, demo: true } },
      ],
      'POST /identity/session': [signedIn('t')],
      'DELETE /identity/session': [{ status: 204 }],
    });
    const store = createSessionStore(client);
    const seen: string[] = [];
    const stop = store.subscribe(() => seen.push(store.get().status));
    await store.load();
    await store.signIn('somchai', 'secret');
    await store.signOut();
    stop();
    expect(seen).toEqual(['signed-out', 'signed-in', 'signed-out']);
    expect(calls.find((call) => call.method === 'DELETE')?.headers['x-csrf-token']).toBe('t');
  });

  it('keeps the account when only the connection failed', async () => {
    const { client } = clientWith({
      'GET /identity/session': [signedIn('t'), { fail: new TypeError('failed') }],
    });
    const store = createSessionStore(client);
    await store.load();
    expect((await store.load()).status).toBe('signed-in');
  });
});
