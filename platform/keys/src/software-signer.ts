import { createPublicKey, generateKeyPair, type KeyObject, sign } from 'node:crypto';
import { promisify } from 'node:util';
import type { SignatureAlgorithm, Signer } from '@tra/kernel';
import { KeysError } from './errors.ts';
import type { CreateKeyOptions } from './key-store.ts';

const generate = promisify(generateKeyPair);

interface AlgorithmRules {
  readonly digest: string | null;
  /** Fast algorithms sign on the spot; slow ones go to the thread pool so that the event loop keeps turning. */
  readonly synchronous: boolean;
}

const algorithms: Readonly<Record<SignatureAlgorithm, AlgorithmRules>> = {
  'ecdsa-p256-sha256': { digest: 'sha256', synchronous: true },
  'ecdsa-p384-sha384': { digest: 'sha384', synchronous: false },
  'rsa-pkcs1-sha256': { digest: 'sha256', synchronous: false },
  'rsa-pkcs1-sha384': { digest: 'sha384', synchronous: false },
  'rsa-pkcs1-sha512': { digest: 'sha512', synchronous: false },
  ed25519: { digest: null, synchronous: true },
};

/** A new private key. Throws {@link KeysError} `keys.algorithm_unsupported`. */
export async function generatePrivateKey({ algorithm, rsaBits = 3072 }: CreateKeyOptions): Promise<KeyObject> {
  switch (algorithm) {
    case 'ecdsa-p256-sha256':
      return (await generate('ec', { namedCurve: 'P-256' })).privateKey;
    case 'ecdsa-p384-sha384':
      return (await generate('ec', { namedCurve: 'P-384' })).privateKey;
    case 'ed25519':
      return (await generate('ed25519')).privateKey;
    case 'rsa-pkcs1-sha256':
    case 'rsa-pkcs1-sha384':
    case 'rsa-pkcs1-sha512':
      if (![2048, 3072, 4096].includes(rsaBits)) break;
      return (await generate('rsa', { modulusLength: rsaBits })).privateKey;
  }
  throw new KeysError('keys.algorithm_unsupported', { params: { algorithm: String(algorithm) } });
}

/** SubjectPublicKeyInfo of a private key. */
export function publicKeyOf(privateKey: KeyObject): Uint8Array {
  return new Uint8Array(createPublicKey(privateKey).export({ type: 'spki', format: 'der' }));
}

/** A signer over a key in this process's memory. */
export function softwareSigner(algorithm: SignatureAlgorithm, privateKey: KeyObject): Signer {
  const { digest, synchronous } = algorithms[algorithm];
  return {
    algorithm,
    publicKey: publicKeyOf(privateKey),
    sign: async (data) => {
      if (synchronous) return new Uint8Array(sign(digest, data, privateKey));
      return new Promise((resolve, reject) => {
        sign(digest, data, privateKey, (error, signature) => {
          if (error) reject(error);
          else resolve(new Uint8Array(signature));
        });
      });
    },
  };
}
