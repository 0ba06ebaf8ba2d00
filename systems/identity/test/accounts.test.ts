import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { IdentityError, NewAccount } from '../src/index.ts';
import { officer, real, type Started, signIn, start, url } from './world.ts';

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
