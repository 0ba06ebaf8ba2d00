import { randomBytes, verify } from 'node:crypto';
import { mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { SignatureAlgorithm } from '@tra/kernel';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openFileKeyStore } from '../src/index.ts';
import { createMemoryKeyStore } from '../src/testing.ts';

const random = { bytes: (length: number) => new Uint8Array(randomBytes(length)) };
const secret = { passphrase: 'a long enough passphrase' };
let directory: string;

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'tra-keys-'));
});
afterEach(() => rm(directory, { recursive: true, force: true }));

const open = (own: object = secret) => openFileKeyStore({ directory, secret: own, random });

describe('signers', () => {
  const cases: [SignatureAlgorithm, string | null, 2048 | 4096 | undefined][] = [
    ['ecdsa-p256-sha256', 'sha256', undefined],
    ['ecdsa-p384-sha384', 'sha384', undefined],
    ['rsa-pkcs1-sha256', 'sha256', 2048],
    ['rsa-pkcs1-sha512', 'sha512', 2048],
    ['ed25519', null, undefined],
  ];
  it.each(cases)('%s signs what node:crypto verifies, also after reopening', async (algorithm, digest, rsaBits) => {
    const created = await (await open()).create('unit-1', {
      algorithm,
      purpose: 'time-stamping',
      ...(rsaBits ? { rsaBits } : {}),
    });
    const reopened = await (await open()).get('unit-1', 'time-stamping');
    expect(reopened.publicKey).toEqual(created.publicKey);
    const data = Buffer.from('data');
    const key = { key: Buffer.from(created.publicKey), format: 'der', type: 'spki' } as const;
    for (const signer of [created, reopened]) expect(verify(digest, data, key, await signer.sign(data))).toBe(true);
  });
});

describe('refusals', () => {
  it('names a wrong passphrase', async () => {
    await open();
    await expect(open({ passphrase: 'another passphrase' })).rejects.toMatchObject({ code: 'keys.secret_wrong' });
  });

  it('names a wrong key file, and a passphrase where a key file was used', async () => {
    const file = join(directory, 'secret');
    await writeFile(file, randomBytes(32));
    await open({ keyFile: file });
    await writeFile(file, randomBytes(32));
    await expect(open({ keyFile: file })).rejects.toMatchObject({ code: 'keys.secret_wrong' });
    await expect(open()).rejects.toMatchObject({ code: 'keys.secret_wrong' });
  });

  it.each([
    [{}, 'keys.secret_missing'],
    [{ passphrase: '' }, 'keys.secret_missing'],
    [{ passphrase: 'short' }, 'keys.secret_invalid'],
    [{ keyFile: '/nonexistent/file' }, 'keys.secret_missing'],
    [{ passphrase: 'long enough', keyFile: '/x' }, 'keys.secret_invalid'],
  ])('secret %j is %s', async (own, code) => {
    await expect(open(own)).rejects.toMatchObject({ code });
  });

  it('never overwrites a key, not even in a race', async () => {
    const stores = await Promise.all([open(), open(), open()]);
    const options = { algorithm: 'ecdsa-p256-sha256', purpose: 'root-ca' } as const;
    const results = await Promise.allSettled(stores.map((store) => store.create('root', options)));
    expect(results.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    for (const result of results) {
      if (result.status === 'rejected') expect(result.reason).toMatchObject({ code: 'keys.already_exists' });
    }
    expect((await readdir(directory)).sort()).toEqual(['keystore.json', 'root.key']);
  });

  it('binds a key to its purpose', async () => {
    const store = await open();
    await store.create('unit', { algorithm: 'ed25519', purpose: 'time-stamping' });
    await expect(store.get('unit', 'root-ca')).rejects.toMatchObject({ code: 'keys.purpose_mismatch' });
    await expect(store.get('other', 'root-ca')).rejects.toMatchObject({ code: 'keys.not_found' });
    expect(await store.find('other')).toBeUndefined();
    expect(await store.find('unit')).toEqual({ label: 'unit', algorithm: 'ed25519', purpose: 'time-stamping' });
  });

  it.each(['', '../x', 'A', 'a/b', 'a..b', '.a', 'x'.repeat(65)])('label %j', async (label) => {
    const options = { algorithm: 'ed25519', purpose: 'root-ca' } as const;
    await expect((await open()).create(label, options)).rejects.toMatchObject({ code: 'keys.label_invalid' });
  });

  it('finds every kind of tampering with a key file', async () => {
    await (await open()).create('unit', { algorithm: 'ecdsa-p256-sha256', purpose: 'time-stamping' });
    const path = join(directory, 'unit.key');
    const original = JSON.parse(await readFile(path, 'utf8')) as { sealed: string };
    const other = await createMemoryKeyStore().create('x', { algorithm: 'ecdsa-p256-sha256', purpose: 'root-ca' });
    const sealed = String(original.sealed);
    const changes: [object, string][] = [
      [{ purpose: 'root-ca' }, 'keys.file_tampered'],
      [{ algorithm: 'ecdsa-p384-sha384' }, 'keys.file_tampered'],
      [{ label: 'other' }, 'keys.file_tampered'],
      [{ publicKey: Buffer.from(other.publicKey).toString('base64') }, 'keys.file_tampered'],
      [{ sealed: `${sealed.slice(0, 60)}${sealed[60] === 'A' ? 'B' : 'A'}${sealed.slice(61)}` }, 'keys.file_tampered'],
      [{ sealed: sealed.slice(0, 40) }, 'keys.file_tampered'],
      [{ sealed: '' }, 'keys.file_tampered'],
      [{ version: 2 }, 'keys.file_invalid'],
      [{ purpose: 'anything' }, 'keys.file_invalid'],
    ];
    for (const [change, code] of changes) {
      await writeFile(path, JSON.stringify({ ...original, ...change }));
      await expect((await open()).get('unit', 'time-stamping')).rejects.toMatchObject({ code });
    }
    await writeFile(path, '{');
    await expect((await open()).get('unit', 'time-stamping')).rejects.toMatchObject({ code: 'keys.file_invalid' });
  });

  it('finds a damaged store file and an absurd cost', async () => {
    await open();
    const path = join(directory, 'keystore.json');
    const original = JSON.parse(await readFile(path, 'utf8')) as object;
    for (const change of [{ cost: 2 ** 30 }, { salt: '' }, { kdf: 'none' }, { version: 9 }]) {
      await writeFile(path, JSON.stringify({ ...original, ...change }));
      await expect(open()).rejects.toMatchObject({ code: 'keys.file_invalid' });
    }
  });
});

describe('files', () => {
  it('are readable by their owner only and hold no private key in the clear', async () => {
    const signer = await (await open()).create('unit', { algorithm: 'ecdsa-p256-sha256', purpose: 'time-stamping' });
    const path = join(directory, 'unit.key');
    expect((await stat(path)).mode & 0o777).toBe(0o600);
    const file = JSON.parse(await readFile(path, 'utf8')) as { sealed: string; publicKey: string };
    expect(Buffer.from(file.publicKey, 'base64')).toEqual(Buffer.from(signer.publicKey));
    expect(Buffer.from(file.sealed, 'base64').includes(Buffer.from('2a8648ce3d0201', 'hex'))).toBe(false);
    expect(JSON.stringify(signer)).not.toContain('sealed');
  });
});
