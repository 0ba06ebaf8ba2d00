import { createPrivateKey } from 'node:crypto';
import { access, constants, readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { canonicalJson, type Random, type Signer, toBase64, toHex } from '@tra/kernel';
import { isAlgorithm } from './algorithms.ts';
import { createExclusive, destroyFile } from './durable-file.ts';
import { KeysError } from './errors.ts';
import {
  type CreateKeyOptions,
  checkKeyOptions,
  checkLabel,
  checkPurpose,
  isLabel,
  isPurpose,
  type KeyInfo,
  type KeyStore,
} from './key-store.ts';
import { openVault, type StoreSecret, type Vault } from './master-key.ts';
import { generatePrivateKey, publicKeyOf, softwareSigner } from './software-signer.ts';

/** Input of {@link openFileKeyStore}. */
export interface FileKeyStoreOptions {
  /** Folder of the key files; made with mode 0700 when there is none. */
  readonly directory: string;
  readonly secret: StoreSecret;
  readonly random: Random;
}

interface KeyFile extends KeyInfo {
  readonly version: 1;
  /** SubjectPublicKeyInfo, base64. */
  readonly publicKey: string;
  /** PKCS #8 sealed with everything else in this file as context. */
  readonly sealed: string;
}

/**
 * Opens a store of encrypted key files: AES-256-GCM under a master key from scrypt (passphrase) or HKDF (key file); label, purpose,
 * algorithm and public key are authenticated with the private key. Files are created exclusively, mode 0600, and synced before
 * `create` resolves. Rejects with {@link KeysError}, `keys.secret_wrong` when the secret does not open the store.
 *
 * @example
 * const keys = await openFileKeyStore({ directory: 'data/keys', secret: { passphrase }, random });
 * const signer = await keys.create('root', { algorithm: 'ecdsa-p384-sha384', purpose: 'root-ca' });
 */
export async function openFileKeyStore({ directory, secret, random }: FileKeyStoreOptions): Promise<KeyStore> {
  const vault = await openVault(directory, secret, random);
  await checkPermissions(directory);
  const signers = new Map<string, { info: KeyInfo; signer: Signer }>();
  const load = async (label: string): Promise<{ info: KeyInfo; signer: Signer } | undefined> => {
    const known = signers.get(label);
    if (known) return known;
    const file = await readKeyFile(directory, label);
    if (!file) return undefined;
    const loaded = { info: infoOf(file), signer: unseal(file, vault) };
    signers.set(label, loaded);
    return loaded;
  };
  return {
    create: async (label, options) => {
      checkLabel(label);
      checkKeyOptions(options);
      const signer = await createKey(join(directory, `${label}.key`), label, options, { vault, random });
      signers.set(label, { info: { label, algorithm: options.algorithm, purpose: options.purpose }, signer });
      return signer;
    },
    get: async (label, purpose) => {
      checkLabel(label);
      const loaded = await load(label);
      if (!loaded) throw new KeysError('keys.not_found', { params: { label } });
      checkPurpose(loaded.info, purpose);
      return loaded.signer;
    },
    find: async (label) => {
      checkLabel(label);
      return (await load(label))?.info;
    },
    list: async () => {
      const files = (await readdir(directory)).filter((name) => name.endsWith('.key'));
      const labels = files.map((name) => name.slice(0, -'.key'.length)).filter(isLabel);
      const infos = await Promise.all(labels.sort().map(async (label) => (await load(label))?.info));
      return infos.filter((info) => info !== undefined);
    },
    destroy: async (label, purpose) => {
      checkLabel(label);
      const loaded = await load(label);
      if (loaded) checkPurpose(loaded.info, purpose);
      signers.delete(label);
      await destroyFile(join(directory, `${label}.key`), (length) => random.bytes(length));
      return true;
    },
    check: () => access(join(directory, 'keystore.json'), constants.R_OK),
    close: async () => signers.clear(),
  };
}

/** Throws {@link KeysError} `keys.permissions_open` when every account of the machine can look into the folder or change it. */
async function checkPermissions(directory: string): Promise<void> {
  if (process.platform === 'win32') return;
  const { mode } = await stat(directory);
  if (mode & 0o007) throw new KeysError('keys.permissions_open', { params: { mode: (mode & 0o777).toString(8) } });
}

function infoOf({ label, algorithm, purpose }: KeyInfo): KeyInfo {
  return { label, algorithm, purpose };
}

/** Everything in a key file but the ciphertext: it is authenticated with it. */
function contextOf(file: Omit<KeyFile, 'sealed'>): string {
  const { version, label, algorithm, purpose, publicKey } = file;
  return canonicalJson({ version, label, algorithm, purpose, publicKey });
}

async function createKey(
  path: string,
  label: string,
  options: CreateKeyOptions,
  { vault, random }: { vault: Vault; random: Random },
): Promise<Signer> {
  const privateKey = await generatePrivateKey(options);
  const plain = privateKey.export({ type: 'pkcs8', format: 'der' });
  const publicKey = toBase64(publicKeyOf(privateKey));
  const facts = { version: 1, label, algorithm: options.algorithm, purpose: options.purpose, publicKey } as const;
  const file: KeyFile = { ...facts, sealed: vault.seal(plain, contextOf(facts)) };
  plain.fill(0);
  const created = await createExclusive(path, `${JSON.stringify(file, null, 2)}\n`, toHex(random.bytes(8)));
  if (!created) throw new KeysError('keys.already_exists', { params: { label } });
  return softwareSigner(options.algorithm, privateKey);
}

async function readKeyFile(directory: string, label: string): Promise<KeyFile | undefined> {
  let text: string;
  try {
    text = await readFile(join(directory, `${label}.key`), 'utf8');
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
    throw error;
  }
  try {
    const file = JSON.parse(text) as KeyFile;
    const known = file.version === 1 && isAlgorithm(file.algorithm) && isPurpose(file.purpose);
    if (!known || typeof file.sealed !== 'string' || typeof file.publicKey !== 'string') throw new TypeError('fields');
    if (file.label !== label) throw new KeysError('keys.file_tampered', { params: { label } });
    return file;
  } catch (cause) {
    if (cause instanceof KeysError) throw cause;
    throw new KeysError('keys.file_invalid', { params: { file: `${label}.key` }, cause });
  }
}

function unseal(file: KeyFile, vault: Vault): Signer {
  const plain = vault.open(file.sealed, contextOf(file));
  if (!plain) throw new KeysError('keys.file_tampered', { params: { label: file.label } });
  try {
    const privateKey = createPrivateKey({
      key: Buffer.from(plain.buffer, plain.byteOffset, plain.length),
      format: 'der',
      type: 'pkcs8',
    });
    if (toBase64(publicKeyOf(privateKey)) !== file.publicKey)
      throw new KeysError('keys.file_tampered', { params: { label: file.label } });
    return softwareSigner(file.algorithm, privateKey);
  } finally {
    plain.fill(0);
  }
}
