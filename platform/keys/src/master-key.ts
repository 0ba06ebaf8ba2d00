import { createCipheriv, createDecipheriv, hkdfSync, scrypt } from 'node:crypto';
import { mkdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fromBase64, type Random, toBase64, toHex, utf8Encode } from '@tra/kernel';
import { createExclusive } from './durable-file.ts';
import { KeysError } from './errors.ts';

/** What unlocks a store: a passphrase, or the path of a file with exactly 32 random octets. */
export interface StoreSecret {
  readonly passphrase?: string;
  readonly keyFile?: string;
}

interface StoreFile {
  readonly version: 1;
  readonly kdf: 'scrypt' | 'hkdf-sha256';
  readonly salt: string;
  readonly cost: number;
  /** Empty text sealed with the master key: tells a wrong secret from a damaged key. */
  readonly check: string;
}

const shortestPassphrase = 8;
const cost = 2 ** 15;
const largestCost = 2 ** 20;
const checkPurpose = 'tra key store check';

/** Seals and opens texts under one master key, each for a stated context that must be the same on opening. */
export interface Vault {
  /** Nonce, tag and ciphertext in base64. */
  seal(plain: Uint8Array, context: string): string;
  /** Undefined when the text was not sealed by this master key for this context. */
  open(sealed: string, context: string): Uint8Array | undefined;
}

/**
 * Opens the store in `directory`, making it when there is none. Rejects with {@link KeysError}: `keys.secret_missing`,
 * `keys.secret_invalid`, `keys.secret_wrong`, `keys.file_invalid`.
 */
export async function openVault(directory: string, secret: StoreSecret, random: Random): Promise<Vault> {
  const material = await readSecret(secret);
  try {
    await mkdir(directory, { recursive: true, mode: 0o700 });
    const path = join(directory, 'keystore.json');
    const existing = await readStore(path);
    if (existing) return await unlock(existing, material, random);
    const made = await makeStore(material, random);
    const suffix = toHex(random.bytes(8));
    if (await createExclusive(path, `${JSON.stringify(made.file, null, 2)}\n`, suffix)) return made.vault;
    const winner = await readStore(path);
    if (!winner) throw new KeysError('keys.file_invalid', { params: { file: 'keystore.json' } });
    return await unlock(winner, material, random);
  } finally {
    material.bytes.fill(0);
  }
}

interface SecretMaterial {
  readonly kdf: StoreFile['kdf'];
  readonly bytes: Uint8Array;
}

async function readSecret({ passphrase, keyFile }: StoreSecret): Promise<SecretMaterial> {
  if (passphrase !== undefined && keyFile !== undefined)
    throw new KeysError('keys.secret_invalid', { params: { reason: 'both' } });
  if (keyFile !== undefined) {
    const bytes = await readFile(keyFile).catch((cause: unknown) => {
      throw new KeysError('keys.secret_missing', { params: { reason: 'file' }, cause });
    });
    if (bytes.length !== 32) throw new KeysError('keys.secret_invalid', { params: { reason: 'length' } });
    return { kdf: 'hkdf-sha256', bytes };
  }
  if (passphrase === undefined || passphrase === '')
    throw new KeysError('keys.secret_missing', { params: { reason: 'none' } });
  if ([...passphrase].length < shortestPassphrase)
    throw new KeysError('keys.secret_invalid', { params: { reason: 'short' } });
  return { kdf: 'scrypt', bytes: utf8Encode(passphrase.normalize('NFC')) };
}

async function readStore(path: string): Promise<StoreFile | undefined> {
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
    throw error;
  }
  try {
    const file = JSON.parse(text) as StoreFile;
    const known = file.version === 1 && (file.kdf === 'scrypt' || file.kdf === 'hkdf-sha256');
    const sane =
      Number.isInteger(file.cost) && file.cost >= 2 && file.cost <= largestCost && fromBase64(file.salt).length === 16;
    if (!known || !sane || typeof file.check !== 'string') throw new TypeError('fields');
    return file;
  } catch (cause) {
    throw new KeysError('keys.file_invalid', { params: { file: 'keystore.json' }, cause });
  }
}

async function makeStore(material: SecretMaterial, random: Random): Promise<{ file: StoreFile; vault: Vault }> {
  const salt = random.bytes(16);
  const vault = vaultOf(await derive(material, salt, cost), random);
  const check = vault.seal(new Uint8Array(0), checkPurpose);
  return { file: { version: 1, kdf: material.kdf, salt: toBase64(salt), cost, check }, vault };
}

async function unlock(file: StoreFile, material: SecretMaterial, random: Random): Promise<Vault> {
  if (file.kdf !== material.kdf) throw new KeysError('keys.secret_wrong');
  const vault = vaultOf(await derive(material, fromBase64(file.salt), file.cost), random);
  if (!vault.open(file.check, checkPurpose)) throw new KeysError('keys.secret_wrong');
  return vault;
}

function derive({ kdf, bytes }: SecretMaterial, salt: Uint8Array, n: number): Promise<Uint8Array> {
  if (kdf === 'hkdf-sha256')
    return Promise.resolve(new Uint8Array(hkdfSync('sha256', bytes, salt, 'tra key store', 32)));
  return new Promise((resolve, reject) => {
    scrypt(bytes, salt, 32, { N: n, r: 8, p: 1, maxmem: 256 * n * 8 }, (error, key) => {
      if (error) reject(error);
      else resolve(key);
    });
  });
}

function vaultOf(masterKey: Uint8Array, random: Random): Vault {
  return {
    seal: (plain, context) => {
      const nonce = random.bytes(12);
      const cipher = createCipheriv('aes-256-gcm', masterKey, nonce);
      cipher.setAAD(utf8Encode(context));
      const body = Buffer.concat([cipher.update(plain), cipher.final()]);
      return toBase64(Buffer.concat([nonce, cipher.getAuthTag(), body]));
    },
    open: (sealed, context) => {
      try {
        const bytes = fromBase64(sealed);
        const decipher = createDecipheriv('aes-256-gcm', masterKey, bytes.subarray(0, 12), { authTagLength: 16 });
        decipher.setAAD(utf8Encode(context));
        decipher.setAuthTag(bytes.subarray(12, 28));
        return Buffer.concat([decipher.update(bytes.subarray(28)), decipher.final()]);
      } catch {
        return undefined;
      }
    },
  };
}
