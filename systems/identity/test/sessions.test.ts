import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { officer, real, type Started, signIn, start, url, whoIs } from './world.ts';

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
