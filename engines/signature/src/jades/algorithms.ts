import { constants, type KeyObject, verify } from 'node:crypto';
import { readPublicKey } from '@tra/pki';

/** A signature algorithm of JOSE (RFC 7518 section 3.1, RFC 8037). */
export interface JwsAlgorithm {
  readonly family: 'rsa' | 'rsa-pss' | 'ecdsa' | 'eddsa';
  /** Absent for EdDSA. */
  readonly digest?: 'sha256' | 'sha384' | 'sha512';
  readonly curve?: string;
}

const algorithms: ReadonlyMap<string, JwsAlgorithm> = new Map<string, JwsAlgorithm>([
  ['RS256', { family: 'rsa', digest: 'sha256' }],
  ['RS384', { family: 'rsa', digest: 'sha384' }],
  ['RS512', { family: 'rsa', digest: 'sha512' }],
  ['PS256', { family: 'rsa-pss', digest: 'sha256' }],
  ['PS384', { family: 'rsa-pss', digest: 'sha384' }],
  ['PS512', { family: 'rsa-pss', digest: 'sha512' }],
  ['ES256', { family: 'ecdsa', digest: 'sha256', curve: 'prime256v1' }],
  ['ES384', { family: 'ecdsa', digest: 'sha384', curve: 'secp384r1' }],
  ['ES512', { family: 'ecdsa', digest: 'sha512', curve: 'secp521r1' }],
  ['EdDSA', { family: 'eddsa' }],
]);

/** The algorithm behind `alg`, or undefined; `none` and HMAC are none (see {@link isKeylessJws}). */
export function jwsAlgorithmOf(alg: unknown): JwsAlgorithm | undefined {
  return typeof alg === 'string' ? algorithms.get(alg) : undefined;
}

/** Whether `alg` names a method that needs no key of a signer: `none` signs nothing (RFC 7518 section 3.6), and whoever can verify HMAC can make it. */
export function isKeylessJws(alg: unknown): boolean {
  return typeof alg === 'string' && /^(?:none|hs\d+)$/i.test(alg);
}

/** Digests as TS 119 182-1 and RFC 7518 name them. */
const digests: ReadonlyMap<string, string> = new Map([
  ['S256', 'sha256'],
  ['S384', 'sha384'],
  ['S512', 'sha512'],
  ['S3-256', 'sha3-256'],
  ['S3-384', 'sha3-384'],
  ['S3-512', 'sha3-512'],
]);

/** The digest behind a name such as `S256`, by the name that node:crypto uses. */
export function jadesDigestOf(name: unknown): string | undefined {
  return typeof name === 'string' ? digests.get(name) : undefined;
}

function fits({ curve, family }: JwsAlgorithm, key: KeyObject): boolean {
  const type = key.asymmetricKeyType;
  if (family === 'ecdsa') return type === 'ec' && key.asymmetricKeyDetails?.namedCurve === curve;
  if (family === 'eddsa') return type === 'ed25519' || type === 'ed448';
  const bits = key.asymmetricKeyDetails?.modulusLength ?? 0;
  return (type === 'rsa' || (family === 'rsa-pss' && type === 'rsa-pss')) && bits >= 1024 && bits <= 8192;
}

/** Whether `signature` over `data` was made by the key in `spki`, of the type that the algorithm demands. Never throws. */
export function verifyJws(algorithm: JwsAlgorithm, spki: Uint8Array, data: Uint8Array, signature: Uint8Array): boolean {
  try {
    const key = readPublicKey(spki);
    if (!fits(algorithm, key)) return false;
    const { digest = null, family } = algorithm;
    if (family === 'rsa-pss') {
      const { RSA_PKCS1_PSS_PADDING: padding, RSA_PSS_SALTLEN_DIGEST: saltLength } = constants;
      return verify(digest, data, { key, padding, saltLength }, signature);
    }
    return verify(digest, data, family === 'ecdsa' ? { key, dsaEncoding: 'ieee-p1363' } : key, signature);
  } catch {
    return false;
  }
}
