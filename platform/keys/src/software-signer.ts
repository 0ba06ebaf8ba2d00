import { createPublicKey, generateKeyPair, type KeyObject, sign } from 'node:crypto';
import { promisify } from 'node:util';
import type { SignatureAlgorithm, Signer } from '@tra/kernel';
import { KeysError } from './errors.ts';
import type { CreateKeyOptions } from './key-store.ts';

const generate = promisify(generateKeyPair);

const digests: Readonly<Record<SignatureAlgorithm, string | null>> = {
  'ecdsa-p256-sha256': 'sha256',
  'ecdsa-p384-sha384': 'sha384',
  'rsa-pkcs1-sha256': 'sha256',
  'rsa-pkcs1-sha384': 'sha384',
  'rsa-pkcs1-sha512': 'sha512',
  ed25519: null,
};

/**
 * Whether a signature takes a quarter of a millisecond at most, so that handing it to a thread costs more than waiting for it. On one machine:
 * P-256 and Ed25519 0.03 ms, RSA-2048 0.25 ms; P-384 0.8 ms, RSA-3072 1.8 ms, RSA-4096 4 ms.
 */
function isQuick(algorithm: SignatureAlgorithm, { asymmetricKeyDetails }: KeyObject): boolean {
  if (algorithm === 'ecdsa-p256-sha256' || algorithm === 'ed25519') return true;
  return algorithm.startsWith('rsa-') && (asymmetricKeyDetails?.modulusLength ?? Number.POSITIVE_INFINITY) <= 2048;
}

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

/** The same bytes as what signers promise; a copy would cost a fortieth of a signature with P-256. */
function plain(bytes: Buffer): Uint8Array {
  return new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.length);
}

/** A signer over a key in this process's memory. Slow keys sign in the thread pool, so that the event loop keeps turning. */
export function softwareSigner(algorithm: SignatureAlgorithm, privateKey: KeyObject): Signer {
  const digest = digests[algorithm];
  const publicKey = publicKeyOf(privateKey);
  if (isQuick(algorithm, privateKey)) {
    const signNow = (data: Uint8Array): Uint8Array => plain(sign(digest, data, privateKey));
    return { algorithm, publicKey, signNow, sign: async (data) => signNow(data) };
  }
  return {
    algorithm,
    publicKey,
    sign: (data) =>
      new Promise((resolve, reject) => {
        sign(digest, data, privateKey, (error, signature) => {
          if (error) reject(error);
          else resolve(plain(signature));
        });
      }),
  };
}
