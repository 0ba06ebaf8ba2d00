import { createPublicKey, type KeyObject, verify } from 'node:crypto';
import type { SignatureAlgorithm } from '@tra/kernel';

const digests: Readonly<Record<SignatureAlgorithm, string | null>> = {
  'ecdsa-p256-sha256': 'sha256',
  'ecdsa-p384-sha384': 'sha384',
  'rsa-pkcs1-sha256': 'sha256',
  'rsa-pkcs1-sha384': 'sha384',
  'rsa-pkcs1-sha512': 'sha512',
  ed25519: null,
};

/** Whether `text` names an algorithm. */
export function isAlgorithm(text: string): text is SignatureAlgorithm {
  return Object.hasOwn(digests, text);
}

/** What verifies signatures of one key, read once. */
export interface Verifier {
  readonly algorithm: SignatureAlgorithm;
  readonly key: KeyObject;
}

/** The verifier of a key. Throws when `publicKey` is no SubjectPublicKeyInfo. */
export function verifierOf(algorithm: SignatureAlgorithm, publicKey: Uint8Array): Verifier {
  return { algorithm, key: createPublicKey({ key: Buffer.from(publicKey), format: 'der', type: 'spki' }) };
}

/** Whether `signature`, in the form of {@link Signer}, is one of `data` by the key; false for anything that cannot be read. */
export function verifySignature({ algorithm, key }: Verifier, data: Uint8Array, signature: Uint8Array): boolean {
  try {
    return verify(digests[algorithm], data, key, signature);
  } catch {
    return false;
  }
}
