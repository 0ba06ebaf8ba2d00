import { verify } from 'node:crypto';
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

/** Whether `signature`, in the form of {@link Signer}, is one of `data` by the key; false for anything that cannot be read. */
export function verifySignature(
  { algorithm, publicKey }: { readonly algorithm: SignatureAlgorithm; readonly publicKey: Uint8Array },
  data: Uint8Array,
  signature: Uint8Array,
): boolean {
  try {
    const key = { key: Buffer.from(publicKey), format: 'der', type: 'spki' } as const;
    return verify(digests[algorithm], data, key, signature);
  } catch {
    return false;
  }
}
