import { createPublicKey, hash, type JsonWebKey } from 'node:crypto';
import type { SignatureAlgorithm } from '@tra/kernel';
import { CK } from './cryptoki.ts';

/** How an algorithm is asked of a token. */
export interface MechanismRules {
  readonly family: 'rsa' | 'ec' | 'edwards';
  readonly generate: number;
  readonly sign: number;
  /** CKA_EC_PARAMS in the forms that tokens know, the standard's first. */
  readonly curves: readonly string[];
  /** Octets of a coordinate, or of an Ed25519 key. */
  readonly width: number;
  readonly digest: 'sha256' | 'sha384' | 'sha512' | null;
  /** DigestInfo before the digest, RFC 8017 section 9.2. */
  readonly digestInfo: string;
  readonly curveName: string;
}

const rsa = { family: 'rsa', generate: CK.CKM_RSA_PKCS_KEY_PAIR_GEN, sign: CK.CKM_RSA_PKCS } as const;
const ec = { family: 'ec', generate: CK.CKM_EC_KEY_PAIR_GEN, sign: CK.CKM_ECDSA, digestInfo: '' } as const;
const noCurve = { curves: [], width: 0, curveName: '' } as const;

/** The rules of every algorithm. */
export const MECHANISMS: Readonly<Record<SignatureAlgorithm, MechanismRules>> = {
  'ecdsa-p256-sha256': { ...ec, curves: ['06082a8648ce3d030107'], width: 32, digest: 'sha256', curveName: 'P-256' },
  'ecdsa-p384-sha384': { ...ec, curves: ['06052b81040022'], width: 48, digest: 'sha384', curveName: 'P-384' },
  'rsa-pkcs1-sha256': { ...rsa, ...noCurve, digest: 'sha256', digestInfo: '3031300d060960864801650304020105000420' },
  'rsa-pkcs1-sha384': { ...rsa, ...noCurve, digest: 'sha384', digestInfo: '3041300d060960864801650304020205000430' },
  'rsa-pkcs1-sha512': { ...rsa, ...noCurve, digest: 'sha512', digestInfo: '3051300d060960864801650304020305000440' },
  // The object identifier of RFC 8410, then the curve's name as a PrintableString (PKCS#11 3.0 section 2.3.10).
  ed25519: {
    family: 'edwards',
    generate: CK.CKM_EC_EDWARDS_KEY_PAIR_GEN,
    sign: CK.CKM_EDDSA,
    curves: ['06032b6570', '130c656477617264733235353139'],
    width: 32,
    digest: null,
    digestInfo: '',
    curveName: 'Ed25519',
  },
};

/** What the token is given to sign: a digest, a DigestInfo, or for Ed25519 a copy of the data. */
export function inputOf(algorithm: SignatureAlgorithm, data: Uint8Array): Uint8Array {
  const { digest, digestInfo } = MECHANISMS[algorithm];
  if (!digest) return new Uint8Array(data);
  const hashed = hash(digest, data, 'buffer');
  return digestInfo ? Buffer.concat([Buffer.from(digestInfo, 'hex'), hashed]) : hashed;
}

/** The token's signature in the form of {@link Signer}; undefined when it has the wrong length. */
export function outputOf(algorithm: SignatureAlgorithm, raw: Uint8Array): Uint8Array | undefined {
  const { family, width } = MECHANISMS[algorithm];
  if (family === 'rsa') return raw;
  if (raw.length !== 2 * width) return undefined;
  return family === 'ec' ? ecdsaValue(raw) : raw;
}

/** Ecdsa-Sig-Value (RFC 3279 section 2.2.3) of r and s, which together are at most 96 octets. */
function ecdsaValue(raw: Uint8Array): Uint8Array {
  const half = raw.length / 2;
  const body = Buffer.concat([integer(raw.subarray(0, half)), integer(raw.subarray(half))]);
  return new Uint8Array(Buffer.concat([Buffer.of(0x30, body.length), body]));
}

function integer(bytes: Uint8Array): Buffer {
  let start = 0;
  while (start < bytes.length - 1 && bytes[start] === 0) start += 1;
  const pad = (bytes[start] ?? 0) & 0x80 ? [0] : [];
  const value = bytes.subarray(start);
  return Buffer.concat([Buffer.of(0x02, pad.length + value.length, ...pad), value]);
}

/** SubjectPublicKeyInfo of an RSA public key object. Throws when the numbers are no key. */
export function rsaPublicKey(modulus: Uint8Array, exponent: Uint8Array): Uint8Array {
  return spkiOf({ kty: 'RSA', n: base64url(modulus), e: base64url(exponent) });
}

/** SubjectPublicKeyInfo of a CKA_EC_POINT: in an OCTET STRING as the standard says, or bare. Throws when it is no point. */
export function ecPublicKey(algorithm: SignatureAlgorithm, encoded: Uint8Array): Uint8Array {
  const { family, width, curveName: crv } = MECHANISMS[algorithm];
  const length = family === 'ec' ? 1 + 2 * width : width;
  const wrapped = encoded.length === length + 2 && encoded[0] === 0x04 && encoded[1] === length;
  const point = wrapped ? encoded.subarray(2) : encoded;
  if (point.length !== length) throw new RangeError('point');
  if (family === 'edwards') return spkiOf({ kty: 'OKP', crv, x: base64url(point) });
  if (point[0] !== 0x04) throw new RangeError('point');
  return spkiOf({
    kty: 'EC',
    crv,
    x: base64url(point.subarray(1, 1 + width)),
    y: base64url(point.subarray(1 + width)),
  });
}

function spkiOf(key: JsonWebKey): Uint8Array {
  return new Uint8Array(createPublicKey({ key, format: 'jwk' }).export({ type: 'spki', format: 'der' }));
}

function base64url(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('base64url');
}
