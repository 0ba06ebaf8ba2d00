import type { Signer } from '@tra/kernel';
import { type Verifier, verifierOf, verifySignature } from '../algorithms.ts';
import { KeysError } from '../errors.ts';
import {
  type CreateKeyOptions,
  checkKeyOptions,
  checkLabel,
  checkPurpose,
  type KeyInfo,
  type KeyPurpose,
  type KeyStore,
} from '../key-store.ts';
import type { LoadedKey } from './agent-messages.ts';
import { connectToken, type TokenConnection, type TokenLimits, type TokenSession } from './connection.ts';
import { inputOf, outputOf } from './mechanisms.ts';
import type { PinSource } from './pin.ts';

/** Input of {@link openPkcs11KeyStore}. */
export interface Pkcs11KeyStoreOptions {
  /** Path of the token maker's PKCS#11 library. */
  readonly library: string;
  /** Label of the token, which must be the only one of that label. */
  readonly tokenLabel: string;
  /** User PIN; it appears in no log and no error, and a refused one is not tried again. */
  readonly pin: PinSource;
  /** Sessions, and so signatures made side by side; 4 unless told. */
  readonly sessions?: number;
  /** Time limits in milliseconds: opening 15,000, a signature 10,000, a new key 120,000, first pause before reconnecting 500. */
  readonly limits?: Partial<TokenLimits>;
  /** Environment variables for the library, such as SOFTHSM2_CONF, beside those of this process. */
  readonly environment?: Readonly<Record<string, string>>;
  /** Told when the token is lost and when it is back. */
  readonly changed?: (state: 'available' | 'unavailable', reason?: string) => void;
}

const usualLimits: TokenLimits = { openMs: 15_000, signMs: 10_000, generateMs: 120_000, reconnectMs: 500 };

/** Purposes with many signatures: of ECDSA and Ed25519 ones only one in this many is verified, beside the one at loading. */
const sampleOf = 64;
const busyPurposes: readonly KeyPurpose[] = ['time-stamping', 'ocsp-signing'];

interface TokenKey {
  readonly info: KeyInfo;
  readonly publicKey: Uint8Array;
  readonly verifier: Verifier;
  /** The key's number in the session that loaded it last. */
  key: number;
  session: TokenSession;
  signatures: number;
}

/**
 * Opens a store whose private keys are made in a PKCS#11 token and never leave it. The token's library runs in a process of its own;
 * a token that is lost fails closed with `keys.token_unavailable` and is opened anew, with growing pauses, until it is back.
 * There is no fallback to other keys. Rejects with {@link KeysError}: `keys.pkcs11_missing`, `keys.token_library_invalid`,
 * `keys.token_unavailable`, `keys.pin_missing`, `keys.pin_wrong`, `keys.pin_locked`, `keys.pin_last_try`, `keys.secret_invalid`.
 *
 * @example
 * const keys = await openPkcs11KeyStore({ library: '/usr/lib/softhsm/libsofthsm2.so', tokenLabel: 'tra', pin: { pinFile } });
 * const signer = await keys.create('issuing-1', { algorithm: 'ecdsa-p384-sha384', purpose: 'issuing-ca' });
 */
export async function openPkcs11KeyStore(options: Pkcs11KeyStoreOptions): Promise<KeyStore> {
  const connection = await connectToken({
    settings: { library: options.library, tokenLabel: options.tokenLabel, sessions: options.sessions ?? 4 },
    pin: options.pin,
    limits: { ...usualLimits, ...options.limits },
    environment: options.environment ?? {},
    changed: options.changed,
  });
  return storeOver(connection);
}

function storeOver(connection: TokenConnection): KeyStore {
  const keys = new Map<string, TokenKey>();
  const remember = (session: TokenSession, loaded: LoadedKey): TokenKey => {
    const { label, algorithm, purpose, publicKey, key } = loaded;
    const known = keys.get(label);
    if (known) return renew(known, session, loaded);
    const info = { label, algorithm, purpose };
    const verifier = verifierOf(algorithm, publicKey);
    const entry: TokenKey = { info, publicKey, verifier, key, session, signatures: 0 };
    keys.set(label, entry);
    return entry;
  };
  const load = async (session: TokenSession, label: string): Promise<TokenKey | undefined> => {
    const known = keys.get(label);
    if (known?.session === session) return known;
    const loaded = await session.ask<'load'>({ op: 'load', label });
    return loaded && remember(session, loaded);
  };
  const signerOf = (entry: TokenKey): Signer => tokenSigner(connection, entry, load);
  return {
    create: async (label, options: CreateKeyOptions) => {
      checkLabel(label);
      const { algorithm, purpose, rsaBits } = checkKeyOptions(options);
      const session = await connection.session();
      const request = { op: 'generate', label, purpose, algorithm, rsaBits } as const;
      return signerOf(remember(session, await session.ask<'generate'>(request)));
    },
    get: async (label, purpose) => {
      checkLabel(label);
      const entry = await load(await connection.session(), label);
      if (!entry) throw new KeysError('keys.not_found', { params: { label } });
      checkPurpose(entry.info, purpose);
      return signerOf(entry);
    },
    find: async (label) => {
      checkLabel(label);
      return (await connection.session()).ask<'find'>({ op: 'find', label });
    },
    list: async () => {
      const infos = await (await connection.session()).ask<'list'>({ op: 'list' });
      return infos.toSorted((a, b) => (a.label < b.label ? -1 : 1));
    },
    destroy: async () => false,
    check: async () => {
      await (await connection.session()).ask<'ping'>({ op: 'ping' });
    },
    close: async () => connection.close(),
  };
}

/** The key once more, in another session. Throws when the token now holds another key or profile under its label. */
function renew(known: TokenKey, session: TokenSession, loaded: LoadedKey): TokenKey {
  const { label, algorithm, purpose } = known.info;
  const same = Buffer.compare(known.publicKey, loaded.publicKey) === 0;
  if (!same || loaded.algorithm !== algorithm || loaded.purpose !== purpose)
    throw new KeysError('keys.token_key_changed', { params: { label } });
  known.key = loaded.key;
  known.session = session;
  return known;
}

function tokenSigner(
  connection: TokenConnection,
  entry: TokenKey,
  load: (session: TokenSession, label: string) => Promise<TokenKey | undefined>,
): Signer {
  const { algorithm, label } = entry.info;
  return {
    algorithm,
    publicKey: entry.publicKey.slice(),
    sign: async (data) => {
      const input = inputOf(algorithm, data);
      const copy = mustVerify(entry) ? new Uint8Array(data) : undefined;
      const found = connection.session();
      const session = found instanceof Promise ? await found : found;
      if (entry.session !== session && !(await load(session, label)))
        throw new KeysError('keys.not_found', { params: { label } });
      const raw = await session.sign(entry.key, input);
      const signature = outputOf(algorithm, raw);
      if (signature && (!copy || verifySignature(entry.verifier, copy, signature))) return signature;
      session.distrust('signature');
      throw new KeysError('keys.token_unavailable', { params: { reason: 'signature' } });
    },
  };
}

/** Whether the next signature is verified: RSA and the keys of authorities always, the keys of busy services by sample. */
function mustVerify(entry: TokenKey): boolean {
  entry.signatures += 1;
  const { algorithm, purpose } = entry.info;
  if (algorithm.startsWith('rsa') || !busyPurposes.includes(purpose)) return true;
  return entry.signatures % sampleOf === 0;
}
