import type { SignatureAlgorithm, Signer } from '@tra/kernel';
import { isAlgorithm } from './algorithms.ts';
import { KeysError } from './errors.ts';

/** What a key is for; it signs for nothing else. */
export type KeyPurpose =
  | 'root-ca'
  | 'issuing-ca'
  | 'time-stamping'
  | 'document-signing'
  | 'ocsp-signing'
  | 'log-checkpoint'
  | 'trust-list';

/** Input of {@link KeyStore.create}. */
export interface CreateKeyOptions {
  readonly algorithm: SignatureAlgorithm;
  readonly purpose: KeyPurpose;
  /** Modulus of an RSA key in bits; 3072 unless told. */
  readonly rsaBits?: 2048 | 3072 | 4096;
}

/** Public facts of a key. */
export interface KeyInfo {
  readonly label: string;
  readonly algorithm: SignatureAlgorithm;
  readonly purpose: KeyPurpose;
}

/** Private keys by label. A PKCS#11 token or a remote service can stand behind the same interface. */
export interface KeyStore {
  /**
   * Makes a key and stores it durably before it resolves. Two callers with one label: exactly one succeeds, the other gets
   * `keys.already_exists`; nothing is ever overwritten.
   */
  create(label: string, options: CreateKeyOptions): Promise<Signer>;
  /** The signer of a key. Rejects with `keys.not_found`, or `keys.purpose_mismatch` when the key was made for something else. */
  get(label: string, purpose: KeyPurpose): Promise<Signer>;
  /** Public facts of a key, or undefined. */
  find(label: string): Promise<KeyInfo | undefined>;
  /** Public facts of all keys, by label. */
  list(): Promise<readonly KeyInfo[]>;
  /**
   * Destroys a key of `purpose`, for ever; nothing happens when there is none of that label. Other processes that hold it open may still sign
   * until they close. False when this store can destroy no keys: a token's are removed with its maker's tool. Rejects with
   * `keys.purpose_mismatch` when the key was made for something else.
   */
  destroy(label: string, purpose: KeyPurpose): Promise<boolean>;
  /** Rejects unless keys can be used right now; for a health check. */
  check(): Promise<void>;
  /** Gives up what the store holds open. Nothing can be done with it, or with its signers, afterwards. */
  close(): Promise<void>;
}

/** All purposes. */
export const KEY_PURPOSES: readonly KeyPurpose[] = [
  'root-ca',
  'issuing-ca',
  'time-stamping',
  'document-signing',
  'ocsp-signing',
  'log-checkpoint',
  'trust-list',
];

/** Whether `text` names a purpose. */
export function isPurpose(text: string): text is KeyPurpose {
  return (KEY_PURPOSES as readonly string[]).includes(text);
}

/** The options with their defaults. Throws {@link KeysError} `keys.algorithm_unsupported`, `keys.purpose_unknown`. */
export function checkKeyOptions({ algorithm, purpose, rsaBits = 3072 }: CreateKeyOptions): Required<CreateKeyOptions> {
  if (!isPurpose(purpose)) throw new KeysError('keys.purpose_unknown', { params: { purpose: String(purpose) } });
  if (!isAlgorithm(algorithm) || ![2048, 3072, 4096].includes(rsaBits))
    throw new KeysError('keys.algorithm_unsupported', { params: { algorithm: String(algorithm) } });
  return { algorithm, purpose, rsaBits };
}

/** Whether `text` can be a label. */
export function isLabel(text: string): boolean {
  return /^[a-z0-9](?:[a-z0-9.-]{0,62}[a-z0-9])?$/.test(text) && !text.includes('..');
}

/** Throws {@link KeysError} `keys.label_invalid` unless `label` is lower-case letters, digits, dots and hyphens, 64 at most. */
export function checkLabel(label: string): void {
  if (!isLabel(label)) {
    throw new KeysError('keys.label_invalid', { params: { label: label.slice(0, 64) } });
  }
}

/** Throws {@link KeysError} `keys.purpose_mismatch` unless the key was made for `purpose`. */
export function checkPurpose(info: KeyInfo, purpose: KeyPurpose): void {
  if (info.purpose === purpose) return;
  throw new KeysError('keys.purpose_mismatch', {
    params: { label: info.label, purpose: info.purpose, wanted: purpose },
  });
}
