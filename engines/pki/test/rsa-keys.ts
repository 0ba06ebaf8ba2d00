import { createPrivateKey, createPublicKey, type KeyObject, sign } from 'node:crypto';
import { readFileSync } from 'node:fs';
import type { SignatureAlgorithm, Signer } from '@tra/kernel';

/** A signer over an RSA key from the test vectors: making one of 4096 bits takes seconds. The keys protect nothing. */
export function rsaSigner(algorithm: SignatureAlgorithm, bits: 2048 | 3072 | 4096): Signer & { privateKey: KeyObject } {
  const privateKey = createPrivateKey(readFileSync(new URL(`vectors/rsa-${bits}.pem`, import.meta.url)));
  return {
    algorithm,
    publicKey: new Uint8Array(createPublicKey(privateKey).export({ type: 'spki', format: 'der' })),
    sign: async (data) => new Uint8Array(sign(algorithm.slice(-6), data, privateKey)),
    privateKey,
  };
}
