import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { officer, real, type Started, signIn, start, url, whoIs } from './world.ts';

describe('sign-in', () => {
  let started: Started;
  beforeAll(async () => {
    started = await start();
    await started.services.accounts.create(officer);
  });
  afterAll(() => started.close());

  it('opens a session in a cookie that scripts and other sites cannot use', async () => {
    const { reply, body, cookie, header } = await signIn(started, real);
    expect(reply.statusCode).toBe(201);
    expect(cookie).toMatchObject({ httpOnly: true, sameSite: 'Lax', path: '/' });
    expect(cookie?.secure).toBeUndefined();
    expect(cookie?.value).toMatch(/^[A-Za-z0-9_-]{43}$/);
    expect(reply.headers['cache-control']).toBe('no-store');
    expect(body).toMatchObject({
      authenticated: true,
      demo: false,
      account: {
        username: 'real.officer',
        displayName: officer.displayName,
        roles: ['officer'],
        agency: officer.agency,
      },
    });
    expect(await whoIs(started, header)).toMatchObject({
      authenticated: true,
      csrfToken: body.csrfToken,
      account: { id: body.account?.id },
    });
  });

  it('takes the name in any case and digits of any width', async () => {
    expect((await signIn(started, { ...real, username: 'Real.Officer' })).reply.statusCode).toBe(201);
  });

  it('keeps neither the token nor the password', async () => {
    const { cookie } = await signIn(started, real);
    const tables = started.context.database.tables<Record<string, Record<string, unknown>>>();
    const kept = [
      await tables.selectFrom('identity_sessions').selectAll().execute(),
      await tables.selectFrom('identity_accounts').selectAll().execute(),
    ];
    const text = JSON.stringify(kept, (_name, value) =>
      value instanceof Uint8Array ? Buffer.from(value).toString('latin1') : value,
    );
    expect(text).not.toContain(cookie?.value);
    expect(text).not.toContain(officer.password);
    expect(text).toMatch(/scrypt\$16384\$8\$1\$/);
  });

  it('says the same of a wrong password and of an account that does not exist', async () => {
    const wrong = await signIn(started, { ...real, password: 'wrong' });
    const absent = await signIn(started, { username: 'nobody.here', password: 'wrong' });
    expect([wrong.reply.statusCode, wrong.code]).toEqual([401, 'identity.credentials_invalid']);
    const { traceId: _one, ...first } = wrong.reply.json() as Record<string, unknown>;
    const { traceId: _two, ...second } = absent.reply.json() as Record<string, unknown>;
    expect(first).toEqual(second);
    expect(wrong.cookie).toBeUndefined();
  });

  it('ends the session that the browser had', async () => {
    const first = await signIn(started, real);
    const second = await signIn(started, real, { cookie: first.header });
    expect(second.reply.statusCode).toBe(201);
    expect(second.cookie?.value).not.toBe(first.cookie?.value);
    expect((await whoIs(started, first.header)).authenticated).toBe(false);
    expect((await whoIs(started, second.header)).authenticated).toBe(true);
  });

  it('does not take a token that the browser brings along', async () => {
    const planted = 'A'.repeat(43);
    const { cookie } = await signIn(started, real, { cookie: `tra_session=${planted}` });
    expect(cookie?.value).not.toBe(planted);
  });

  it.each([
    {},
    { username: 'a' },
    { ...real, remember: true },
    { username: '', password: 'x' },
    { username: 'x', password: 'y'.repeat(2000) },
    { username: ['x'], password: 'y' },
  ])('refuses %j', async (payload) => {
    const { reply, code } = await signIn(started, payload);
    expect([reply.statusCode, code]).toEqual([400, 'http.request_invalid']);
  });

  it('is not for other sites', async () => {
    const headers = { origin: 'https://evil.example', 'sec-fetch-site': 'cross-site' };
    const reply = await started.app.inject({ method: 'POST', url, payload: real, headers });
    expect((reply.json() as { code: string }).code).toBe('http.csrf_invalid');
  });
});

describe('over HTTPS', () => {
  it('the cookie never travels without', async () => {
    const started = await start({ https: true });
    await started.services.accounts.create(officer);
    expect((await signIn(started, real)).cookie?.secure).toBe(true);
    await started.close();
  });
});
