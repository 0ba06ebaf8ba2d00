import { execFileSync } from 'node:child_process';
import { verify } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { SignatureAlgorithm, Signer } from '@tra/kernel';
import { describe, expect, it } from 'vitest';
import type { KeyStore } from '../src/index.ts';

const algorithms: [SignatureAlgorithm, string | null, 2048 | 3072 | 4096 | undefined][] = [
  ['ecdsa-p256-sha256', 'sha256', undefined],
  ['ecdsa-p384-sha384', 'sha384', undefined],
  ['rsa-pkcs1-sha256', 'sha256', 2048],
  ['rsa-pkcs1-sha384', 'sha384', 3072],
  ['rsa-pkcs1-sha512', 'sha512', 2048],
  ['ed25519', null, undefined],
];

/** `openssl dgst -verify` (or `pkeyutl` for Ed25519) on a signature. */
function opensslVerifies(signer: Signer, data: Uint8Array, signature: Uint8Array): boolean {
  const folder = mkdtempSync(join(tmpdir(), 'tra-keys-openssl-'));
  const path = (name: string): string => join(folder, name);
  try {
    writeFileSync(path('key.der'), signer.publicKey);
    writeFileSync(path('data'), data);
    writeFileSync(path('signature'), signature);
    const digest = /sha(256|384|512)$/.exec(signer.algorithm)?.[0];
    const key = ['-pubin', '-inkey', path('key.der'), '-keyform', 'DER', '-sigfile', path('signature')];
    const hashing = digest ? ['-digest', digest] : [];
    const args = ['pkeyutl', '-verify', '-rawin', ...hashing, '-in', path('data'), ...key];
    return execFileSync('openssl', args, { encoding: 'utf8' }).includes('Verified Successfully');
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** What every key store must do. `open` opens the same place again; `fresh` a place with no keys yet. */
export function describeKeyStore(name: string, open: () => Promise<KeyStore>): void {
  describe(`${name}: signers`, () => {
    it('sign what node:crypto and openssl verify, with every algorithm, also after reopening', async () => {
      const store = await open();
      const created: Signer[] = [];
      for (const [algorithm, , rsaBits] of algorithms) {
        const options = { algorithm, purpose: 'time-stamping', ...(rsaBits ? { rsaBits } : {}) } as const;
        created.push(await store.create(`unit-${algorithm}`, options));
      }
      const again = await open();
      for (const [index, [algorithm, digest]] of algorithms.entries()) {
        const signer = await again.get(`unit-${algorithm}`, 'time-stamping');
        const first = created[index] as Signer;
        expect(signer.publicKey).toEqual(first.publicKey);
        const key = { key: Buffer.from(first.publicKey), format: 'der', type: 'spki' } as const;
        for (const data of [Buffer.from('data'), Buffer.alloc(100_000, 7), Buffer.alloc(0)]) {
          expect(verify(digest, data, key, await first.sign(data)), algorithm).toBe(true);
          const signature = await signer.sign(data);
          expect(verify(digest, data, key, signature), algorithm).toBe(true);
          if (data.length > 100) expect(opensslVerifies(signer, data, signature), algorithm).toBe(true);
        }
      }
    });

    it('sign side by side without mixing keys or data', async () => {
      const store = await open();
      const options = { purpose: 'document-signing' } as const;
      const signers = await Promise.all([
        store.create('side-1', { ...options, algorithm: 'ecdsa-p256-sha256' }),
        store.create('side-2', { ...options, algorithm: 'ecdsa-p256-sha256' }),
        store.create('side-3', { ...options, algorithm: 'rsa-pkcs1-sha256', rsaBits: 2048 }),
      ]);
      const work = Array.from({ length: 150 }, (_, index) => ({
        signer: signers[index % signers.length] as Signer,
        data: Buffer.from(`text ${index}`),
      }));
      const results = await Promise.all(work.map(({ signer, data }) => signer.sign(data)));
      for (const [index, signature] of results.entries()) {
        const { signer, data } = work[index] as (typeof work)[number];
        const key = { key: Buffer.from(signer.publicKey), format: 'der', type: 'spki' } as const;
        expect(verify('sha256', data, key, signature)).toBe(true);
      }
    });

    it('sign what the data was when they were called', async () => {
      const signer = await (await open()).create('early', { algorithm: 'ed25519', purpose: 'log-checkpoint' });
      const data = Buffer.from('first');
      const signing = signer.sign(data);
      data.write('other');
      const key = { key: Buffer.from(signer.publicKey), format: 'der', type: 'spki' } as const;
      expect(verify(null, Buffer.from('first'), key, await signing)).toBe(true);
    });
  });

  describe(`${name}: refusals`, () => {
    it('never overwrites a key, not even in a race', async () => {
      const stores = await Promise.all([open(), open(), open()]);
      const options = { algorithm: 'ecdsa-p256-sha256', purpose: 'root-ca' } as const;
      const results = await Promise.allSettled(stores.map((store) => store.create('root', options)));
      const winners = results.filter((result) => result.status === 'fulfilled');
      expect(winners).toHaveLength(1);
      for (const result of results) {
        if (result.status === 'rejected') expect(result.reason).toMatchObject({ code: 'keys.already_exists' });
      }
      const kept = await (await open()).get('root', 'root-ca');
      expect(kept.publicKey).toEqual(winners[0]?.value.publicKey);
    });

    it('binds a key to its purpose', async () => {
      const store = await open();
      await store.create('unit', { algorithm: 'ed25519', purpose: 'time-stamping' });
      for (const again of [store, await open()]) {
        await expect(again.get('unit', 'root-ca')).rejects.toMatchObject({ code: 'keys.purpose_mismatch' });
        await expect(again.get('other', 'root-ca')).rejects.toMatchObject({ code: 'keys.not_found' });
        expect(await again.find('other')).toBeUndefined();
        expect(await again.find('unit')).toEqual({ label: 'unit', algorithm: 'ed25519', purpose: 'time-stamping' });
      }
    });

    it('lists the keys by label', async () => {
      const store = await open();
      expect(await store.list()).toEqual([]);
      await store.create('b', { algorithm: 'ed25519', purpose: 'trust-list' });
      await store.create('a', { algorithm: 'ecdsa-p256-sha256', purpose: 'ocsp-signing' });
      expect(await (await open()).list()).toEqual([
        { label: 'a', algorithm: 'ecdsa-p256-sha256', purpose: 'ocsp-signing' },
        { label: 'b', algorithm: 'ed25519', purpose: 'trust-list' },
      ]);
      await store.check();
    });

    it('refuses what cannot be a label', async () => {
      const store = await open();
      const bad = { code: 'keys.label_invalid' };
      for (const label of ['', '../x', 'A', 'a/b', 'a..b', '.a', 'x'.repeat(65)]) {
        await expect(store.create(label, { algorithm: 'ed25519', purpose: 'root-ca' })).rejects.toMatchObject(bad);
        await expect(store.get(label, 'root-ca')).rejects.toMatchObject(bad);
        await expect(store.find(label)).rejects.toMatchObject(bad);
      }
    });

    it('refuses unknown algorithms, sizes and purposes', async () => {
      const store = await open();
      for (const [options, code] of [
        [{ algorithm: 'dsa', purpose: 'root-ca' }, 'keys.algorithm_unsupported'],
        [{ algorithm: 'rsa-pkcs1-sha256', purpose: 'root-ca', rsaBits: 1024 }, 'keys.algorithm_unsupported'],
        [{ algorithm: 'ed25519', purpose: 'anything' }, 'keys.purpose_unknown'],
      ] as const) {
        await expect(store.create('unit', options as never)).rejects.toMatchObject({ code });
        expect(await store.find('unit')).toBeUndefined();
      }
    });
  });
}
