import { describe, expect, it } from 'vitest';
import { type KeyStore, routeKeyStores } from '../src/index.ts';
import { createMemoryKeyStore } from '../src/testing.ts';

const ed25519 = { algorithm: 'ed25519' } as const;

function setUp(): { files: KeyStore; token: KeyStore; keys: KeyStore } {
  const files = createMemoryKeyStore();
  const token = createMemoryKeyStore();
  const routes = [
    { purposes: ['root-ca'], store: undefined },
    { purposes: ['issuing-ca'], store: token },
  ] as const;
  return { files, token, keys: routeKeyStores(routes, files) };
}

describe('stores by purpose', () => {
  it('puts every key where its purpose belongs', async () => {
    const { files, token, keys } = setUp();
    await keys.create('issuing', { ...ed25519, purpose: 'issuing-ca' });
    await keys.create('unit', { ...ed25519, purpose: 'time-stamping' });
    expect((await token.list()).map(({ label }) => label)).toEqual(['issuing']);
    expect((await files.list()).map(({ label }) => label)).toEqual(['unit']);
    expect((await keys.list()).map(({ label }) => label)).toEqual(['issuing', 'unit']);
  });

  it('refuses purposes that are kept elsewhere, also when a key of that purpose lies about', async () => {
    const { files, keys } = setUp();
    await files.create('root', { ...ed25519, purpose: 'root-ca' });
    await expect(keys.create('root-2', { ...ed25519, purpose: 'root-ca' })).rejects.toMatchObject({
      code: 'keys.purpose_absent',
    });
    await expect(keys.get('root', 'root-ca')).rejects.toMatchObject({ code: 'keys.purpose_absent' });
    expect(await keys.find('root')).toBeUndefined();
    expect(await keys.list()).toEqual([]);
  });

  it('never takes a key of a token from the files instead', async () => {
    const { files, keys } = setUp();
    await files.create('issuing', { ...ed25519, purpose: 'issuing-ca' });
    await expect(keys.get('issuing', 'issuing-ca')).rejects.toMatchObject({ code: 'keys.not_found' });
    await expect(keys.create('issuing', { ...ed25519, purpose: 'issuing-ca' })).rejects.toMatchObject({
      code: 'keys.already_exists',
    });
  });

  it('is not usable when one of the stores is not', async () => {
    const { keys, token } = setUp();
    await keys.check();
    token.check = () => Promise.reject(new Error('gone'));
    await expect(keys.check()).rejects.toThrow('gone');
  });
});
