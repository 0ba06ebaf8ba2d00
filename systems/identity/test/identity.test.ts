import { createJobs } from '@tra/platform-jobs';
import { type StartedSystem, startTestSystem } from '@tra/platform-system/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  DEMO_ACCOUNTS,
  type IdentityConfig,
  type IdentityError,
  type IdentityServices,
  identity,
  type NewAccount,
} from '../src/index.ts';

type Started = StartedSystem<IdentityConfig, IdentityServices>;

const quick = { scryptCost: 16_384, scryptParallelism: 1 } as const;
const url = '/api/v1/identity/session';
const officer: NewAccount = {
  username: 'real.officer',
  password: 'correct horse battery',
  displayName: { th: 'เจ้าหน้าที่', en: 'Officer' },
  roles: ['officer'],
  agency: { id: 'dbd', name: { th: 'กรม', en: 'Department' } },
};

/** Starts identity with its own authenticator in front of its own routes, as the server does. */
async function start(
  options: { demo?: boolean; https?: boolean; config?: Partial<IdentityConfig> } = {},
): Promise<Started> {
  let services: IdentityServices | undefined;
  const started = await startTestSystem(
    identity,
    {},
    {
      config: { ...quick, ...options.config },
      server: {
        demo: options.demo ?? false,
        publicUrl: options.https ? 'https://tra.example' : 'http://localhost:8420',
      },
      authenticator: { authenticate: async (request) => services?.authenticator.authenticate(request) },
    },
  );
  services = started.services;
  return started;
}

/** The same context as a process finds it that starts later. */
const restarted = (context: Started['context']): Started['context'] => ({ ...context, jobs: createJobs(context) });

interface SessionBody {
  authenticated: boolean;
  demo: boolean;
  csrfToken?: string;
  expiresAt?: string;
  account?: { id: string; username: string; roles: string[] };
}

async function signIn({ app }: Started, credentials: object, more: { cookie?: string; remoteAddress?: string } = {}) {
  const headers = more.cookie ? { cookie: more.cookie } : {};
  const reply = await app.inject({
    method: 'POST',
    url,
    payload: credentials,
    headers,
    remoteAddress: more.remoteAddress ?? '127.0.0.1',
  });
  const cookie = reply.cookies.find((item) => item.name === 'tra_session');
  return {
    reply,
    code: (reply.json() as { code?: string }).code,
    body: reply.json() as SessionBody,
    cookie,
    header: `tra_session=${cookie?.value}`,
  };
}

const real = { username: officer.username, password: officer.password };
const whoIs = async ({ app }: Started, cookie: string) =>
  (await app.inject({ url, headers: { cookie } })).json() as SessionBody;

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

describe('wrong passwords', () => {
  it('make one account wait at one address, and no other', async () => {
    const started = await start({ config: { maxFailures: 3, failureWindowMinutes: 10 } });
    await started.services.accounts.create(officer);
    const wrong = { ...real, password: 'wrong' };
    for (let index = 0; index < 3; index += 1)
      expect((await signIn(started, wrong)).code).toBe('identity.credentials_invalid');
    const blocked = await signIn(started, real);
    expect([blocked.reply.statusCode, blocked.code]).toEqual([429, 'identity.too_many_attempts']);
    expect(Number(blocked.reply.headers['retry-after'])).toBeGreaterThan(500);
    expect((await signIn(started, real, { remoteAddress: '10.0.0.9' })).reply.statusCode).toBe(201);
    started.context.testClock.advance(10 * 60_000 + 1);
    expect((await signIn(started, real)).reply.statusCode).toBe(201);
    await started.close();
  });

  it('are counted for accounts that do not exist, too', async () => {
    const started = await start({ config: { maxFailures: 2 } });
    const absent = { username: 'nobody', password: 'wrong' };
    await signIn(started, absent);
    await signIn(started, absent);
    expect((await signIn(started, absent)).code).toBe('identity.too_many_attempts');
    await started.close();
  });

  it('are forgotten after the right one', async () => {
    const started = await start({ config: { maxFailures: 2 } });
    await started.services.accounts.create(officer);
    for (let round = 0; round < 3; round += 1) {
      await signIn(started, { ...real, password: 'wrong' });
      expect((await signIn(started, real)).reply.statusCode).toBe(201);
    }
    await started.close();
  });

  it('for many accounts from one address make it wait', async () => {
    const started = await start({ config: { maxFailuresPerAddress: 3 } });
    for (let index = 0; index < 3; index += 1) await signIn(started, { username: `guess.${index}`, password: 'wrong' });
    expect((await signIn(started, { username: 'guess.9', password: 'wrong' })).code).toBe('identity.too_many_attempts');
    await started.close();
  });

  it('sent all at once get hardly more tries than one after the other', async () => {
    const started = await start({ config: { maxFailures: 3, hashingConcurrency: 2 } });
    await started.services.accounts.create(officer);
    const tries = await Promise.all(Array.from({ length: 20 }, () => signIn(started, { ...real, password: 'wrong' })));
    expect(tries.filter((attempt) => attempt.reply.statusCode === 401).length).toBeLessThanOrEqual(5);
    await started.close();
  });
});

describe('a session', () => {
  let started: Started;
  beforeAll(async () => {
    started = await start({ config: { sessionHours: 2, idleMinutes: 30 } });
    await started.services.accounts.create(officer);
  });
  afterAll(() => started.close());

  it('ends when nothing is done for a while', async () => {
    const { header, body } = await signIn(started, real);
    expect(Date.parse(body.expiresAt ?? '') - started.context.clock.now().getTime()).toBeLessThanOrEqual(30 * 60_000);
    started.context.testClock.advance(29 * 60_000);
    expect((await whoIs(started, header)).authenticated).toBe(true);
    started.context.testClock.advance(29 * 60_000);
    expect((await whoIs(started, header)).authenticated).toBe(true);
    started.context.testClock.advance(31 * 60_000);
    expect((await whoIs(started, header)).authenticated).toBe(false);
  });

  it('ends in any case after its hours', async () => {
    const { header } = await signIn(started, real);
    for (let minutes = 0; minutes < 115; minutes += 23) {
      started.context.testClock.advance(23 * 60_000);
      expect((await whoIs(started, header)).authenticated).toBe(true);
    }
    started.context.testClock.advance(6 * 60_000);
    expect((await whoIs(started, header)).authenticated).toBe(false);
  });

  it('that has ended is told from none at all, and its cookie is taken back', async () => {
    const request = (cookie: string) =>
      started.services.authenticator.authenticate({ cookies: { tra_session: cookie }, headers: {} });
    await expect(request('A'.repeat(43))).rejects.toMatchObject({ code: 'http.session_expired' });
    expect(await request('garbage')).toBeUndefined();
    expect(await request('')).toBeUndefined();
    const reply = await started.app.inject({ url, headers: { cookie: `tra_session=${'A'.repeat(43)}` } });
    expect(reply.json()).toEqual({ authenticated: false, demo: false });
    expect(String(reply.headers['set-cookie'])).toMatch(/tra_session=;.*Expires=Thu, 01 Jan 1970/);
  });

  it('gives the principal its account', async () => {
    const { cookie, body } = await signIn(started, real);
    const principal = await started.services.authenticator.authenticate({
      cookies: { tra_session: cookie?.value },
      headers: {},
    });
    expect(principal).toMatchObject({
      accountId: body.account?.id,
      displayName: officer.displayName,
      roles: ['officer'],
      agencyId: 'dbd',
      csrfToken: body.csrfToken,
      method: 'session',
    });
    expect(principal?.csrfToken).not.toBe(cookie?.value);
  });

  it('is ended by signing out, with the token against forgery only', async () => {
    const { header, body } = await signIn(started, real);
    const out = (headers: Record<string, string>) =>
      started.app.inject({ method: 'DELETE', url, headers: { cookie: header, ...headers } });
    expect((await out({})).statusCode).toBe(403);
    expect((await whoIs(started, header)).authenticated).toBe(true);
    const reply = await out({ 'x-csrf-token': body.csrfToken ?? '' });
    expect([reply.statusCode, reply.body]).toEqual([204, '']);
    expect((await whoIs(started, header)).authenticated).toBe(false);
    expect((await out({})).statusCode).toBe(204);
  });

  it('of an account can be ended with all others', async () => {
    const one = await signIn(started, real);
    const two = await signIn(started, real);
    expect(await started.services.accounts.signOutEverywhere(one.body.account?.id ?? '')).toBeGreaterThanOrEqual(2);
    expect((await whoIs(started, one.header)).authenticated).toBe(false);
    expect((await whoIs(started, two.header)).authenticated).toBe(false);
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

describe('demo accounts', () => {
  it('are there in a demo, can all sign in, and are shown', async () => {
    const started = await start({ demo: true });
    const shown = (await started.app.inject('/api/v1/identity/demo-accounts')).json() as {
      items: { username: string; password: string; roles: string[] }[];
    };
    expect(shown.items.map((item) => item.username)).toEqual([
      'somchai',
      'malee',
      'officer.anong',
      'officer.prasert',
      'head.wichai',
      'head.suda',
      'auditor.nida',
      'operator.ek',
      'registrar.kanya',
      'registrar.thana',
      'ca.pimchai',
      'ca.somsak',
      'timestamp.arun',
    ]);
    for (const { username, password, roles } of shown.items) {
      const { body } = await signIn(started, { username, password });
      expect(body).toMatchObject({ authenticated: true, demo: true, account: { username, roles } });
    }
    await started.close();
  });

  it('are made once', async () => {
    const started = await start({ demo: true });
    const instance = await identity.create(restarted(started.context), {});
    await instance.start?.();
    const rows = await started.context.database
      .tables<Record<string, Record<string, unknown>>>()
      .selectFrom('identity_accounts')
      .selectAll()
      .execute();
    expect(rows).toHaveLength(DEMO_ACCOUNTS.length);
    expect(rows.every((row) => row.demo === true)).toBe(true);
    await started.close();
  });

  it('are never there in production, whoever asks for them', async () => {
    const started = await startTestSystem(
      identity,
      {},
      { config: quick, server: { demo: true, environment: 'production' } },
    );
    expect((await started.app.inject('/api/v1/identity/demo-accounts')).statusCode).toBe(404);
    expect(await started.services.accounts.findByUsername('somchai')).toBeUndefined();
    await started.close();
  });

  it('are not there, not shown and cannot sign in otherwise', async () => {
    const demo = await start({ demo: true });
    const { cookie } = await signIn(demo, { username: 'somchai', password: 'tra-demo-2569' });
    const instance = await identity.create(
      { ...restarted(demo.context), server: { ...demo.context.server, demo: false } },
      {},
    );
    const { authenticator } = instance.services;
    await expect(
      authenticator.authenticate({ cookies: { tra_session: cookie?.value }, headers: {} }),
    ).rejects.toMatchObject({
      code: 'http.session_expired',
    });
    await demo.close();
    const started = await start();
    expect((await started.app.inject('/api/v1/identity/demo-accounts')).statusCode).toBe(404);
    expect((await signIn(started, { username: 'somchai', password: 'tra-demo-2569' })).code).toBe(
      'identity.credentials_invalid',
    );
    expect((await started.app.inject(url)).json()).toEqual({ authenticated: false, demo: false });
    await started.close();
  });
});

describe('accounts', () => {
  let started: Started;
  beforeAll(async () => {
    started = await start();
  });
  afterAll(() => started.close());

  const refusal = async (account: NewAccount): Promise<string> => {
    const error = await started.services.accounts.create(account).then(
      () => undefined,
      (thrown: unknown) => thrown as IdentityError,
    );
    return error?.code ?? 'was not refused';
  };

  it('can be made, found and named', async () => {
    const { accounts } = started.services;
    const made = await accounts.create(officer);
    expect(made).toMatchObject({ username: officer.username, demo: false, agency: officer.agency });
    expect(made).not.toHaveProperty('password');
    expect(await accounts.find(made.id)).toEqual(made);
    expect(await accounts.findByUsername(officer.username)).toEqual(made);
    expect(await accounts.displayName(made.id)).toEqual(officer.displayName);
    expect(await refusal(officer)).toBe('identity.username_taken');
  });

  it.each<[Partial<NewAccount>, string]>([
    [{ username: 'A' }, 'identity.username_invalid'],
    [{ username: 'x' }, 'identity.username_invalid'],
    [{ username: '-dash' }, 'identity.username_invalid'],
    [{ username: 'ก' }, 'identity.username_invalid'],
    [{ username: 'x'.repeat(64) }, 'identity.username_invalid'],
    [{ password: 'short' }, 'identity.password_too_short'],
    [{ password: '😀'.repeat(11) }, 'identity.password_too_short'],
    [{ password: 'x'.repeat(257) }, 'identity.password_too_long'],
    [{ displayName: { th: '', en: 'x' } }, 'identity.display_name_invalid'],
    [{ displayName: { th: 'ก\u0000', en: 'x' } }, 'identity.display_name_invalid'],
    [{ roles: [] }, 'identity.role_unknown'],
    [{ roles: ['officer', 'king'] }, 'identity.role_unknown'],
    [{ agency: { id: 'X', name: { th: 'ก', en: 'x' } } }, 'identity.agency_invalid'],
  ])('are refused with %j', async (change, code) => {
    expect(await refusal({ ...officer, username: 'another.one', ...change })).toBe(code);
    expect(await started.services.accounts.findByUsername('another.one')).toBeUndefined();
  });

  it('that do not exist are missed', async () => {
    const { accounts } = started.services;
    expect(await accounts.find('00000000-0000-7000-8000-000000000000')).toBeUndefined();
    expect(await accounts.find('no uuid')).toBeUndefined();
    await expect(accounts.displayName('no uuid')).rejects.toMatchObject({ code: 'identity.account_not_found' });
  });

  it('of one name are made once when many try', async () => {
    const tries = await Promise.allSettled(
      Array.from({ length: 5 }, () => started.services.accounts.create({ ...officer, username: 'raced' })),
    );
    expect(tries.filter((result) => result.status === 'fulfilled')).toHaveLength(1);
  });
});

describe('the audit', () => {
  it('tells of sign-in, failure and sign-out by account id only', async () => {
    const started = await start();
    const account = await started.services.accounts.create(officer);
    const { header, body } = await signIn(started, real);
    await signIn(started, { ...real, password: 'wrong-password' });
    await signIn(started, { username: 'nobody.here', password: 'wrong-password' });
    await started.app.inject({
      method: 'DELETE',
      url,
      headers: { cookie: header, 'x-csrf-token': body.csrfToken ?? '' },
    });
    const { audit } = started.context;
    const own = await audit.list(`identity/${account.id}`);
    const unknown = await audit.list('identity/unknown');
    expect(own.map((record) => [record.actor, record.action])).toEqual([
      ['system', 'create-account'],
      [account.id, 'sign-in'],
      ['anonymous', 'sign-in-failed'],
      [account.id, 'sign-out'],
    ]);
    expect(unknown.map((record) => record.action)).toEqual(['sign-in-failed']);
    expect(JSON.stringify([own, unknown])).not.toMatch(/real\.officer|nobody|password|127\.0\.0\.1|เจ้าหน้าที่/);
    await started.close();
  });
});

describe('what has ended', () => {
  it('is removed', async () => {
    const started = await start({ config: { sessionHours: 1 } });
    await started.services.accounts.create(officer);
    await signIn(started, real);
    await signIn(started, { ...real, password: 'wrong' });
    started.context.testClock.advance(2 * 3_600_000);
    await started.context.jobs.start();
    await started.context.jobs.idle();
    const tables = started.context.database.tables<Record<string, Record<string, unknown>>>();
    // The schedule is taken up by the running queue, not by `idle`.
    const left = async (table: string) => await tables.selectFrom(table).selectAll().execute();
    await expect.poll(() => left('identity_sessions'), { timeout: 10_000 }).toEqual([]);
    await expect.poll(() => left('identity_failures'), { timeout: 10_000 }).toEqual([]);
    await started.close();
  });
});
