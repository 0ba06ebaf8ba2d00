import { startTestSystem } from '@tra/platform-system/testing';
import { describe, expect, it } from 'vitest';
import { DEMO_ACCOUNTS, identity } from '../src/index.ts';
import { quick, restarted, signIn, start, url } from './world.ts';

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
