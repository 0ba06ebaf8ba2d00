import { createPublicKey, randomBytes, verify } from 'node:crypto';
import { chmod, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
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

describe('signing at once', () => {
  it.each([
    ['ecdsa-p256-sha256', 3072, true],
    ['ed25519', 3072, true],
    ['rsa-pkcs1-sha256', 2048, true],
    ['rsa-pkcs1-sha256', 3072, false],
    ['ecdsa-p384-sha384', 3072, false],
  ] as const)('is for keys that are quick: %s of %i bits %s', async (algorithm, rsaBits, quick) => {
    const signer = await (await open()).create('a', { algorithm, rsaBits, purpose: 'time-stamping' });
    expect(signer.signNow !== undefined).toBe(quick);
    const data = randomBytes(100);
    const key = createPublicKey({ key: Buffer.from(signer.publicKey), format: 'der', type: 'spki' });
    const signature = signer.signNow?.(data) ?? (await signer.sign(data));
    expect(verify(/sha\d+$/.exec(algorithm)?.[0], data, key, signature)).toBe(true);
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

  it('refuses a folder that every account can look into', async () => {
    await open();
    await chmod(directory, 0o755);
    await expect(open()).rejects.toMatchObject({ code: 'keys.permissions_open', params: { mode: '755' } });
    await chmod(directory, 0o750);
    await open();
  });

  it('leaves nothing but key files behind and lists them only', async () => {
    const stores = await Promise.all([open(), open(), open()]);
    const options = { algorithm: 'ecdsa-p256-sha256', purpose: 'root-ca' } as const;
    await Promise.allSettled(stores.map((store) => store.create('root', options)));
    expect((await readdir(directory)).sort()).toEqual(['keystore.json', 'root.key']);
    await writeFile(join(directory, 'root.key.0123.new'), 'cut off');
    await writeFile(join(directory, 'NOTES.key'), 'no label');
    expect(await stores[0].list()).toEqual([{ label: 'root', ...options }]);
  });

  it('destroys a key: its file is gone, also for a store that knew it; another purpose is refused', async () => {
    const [store, other] = [await open(), await open()];
    const options = { algorithm: 'ecdsa-p256-sha256', purpose: 'time-stamping' } as const;
    await store.create('unit', options);
    await other.get('unit', 'time-stamping');
    await expect(store.destroy('unit', 'root-ca')).rejects.toMatchObject({ code: 'keys.purpose_mismatch' });
    expect(await store.destroy('unit', 'time-stamping')).toBe(true);
    expect(await readdir(directory)).toEqual(['keystore.json']);
    await expect(store.get('unit', 'time-stamping')).rejects.toMatchObject({ code: 'keys.not_found' });
    expect(await other.destroy('unit', 'time-stamping')).toBe(true);
    expect(await other.find('unit')).toBeUndefined();
    await store.create('unit', options);
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
