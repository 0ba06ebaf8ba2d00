import type { SignatureAlgorithm, Signer } from '@tra/kernel';
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

/** Throws {@link KeysError} `keys.label_invalid` unless `label` is lower-case letters, digits, dots and hyphens, 64 at most. */
export function checkLabel(label: string): void {
  if (!/^[a-z0-9](?:[a-z0-9.-]{0,62}[a-z0-9])?$/.test(label) || label.includes('..')) {
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
