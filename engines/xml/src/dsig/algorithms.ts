import { constants, createPublicKey, type KeyObject, verify } from 'node:crypto';
import type { SignatureAlgorithm } from '@tra/kernel';
import { XmlError } from '../errors.ts';

/** Digests as node:crypto spells them. */
export type XmlDigest =
  | 'sha1'
  | 'sha224'
  | 'sha256'
  | 'sha384'
  | 'sha512'
  | 'sha3-224'
  | 'sha3-256'
  | 'sha3-384'
  | 'sha3-512';

/** Namespace of XML Signature. */
export const DSIG_NAMESPACE = 'http://www.w3.org/2000/09/xmldsig#';

const digests: ReadonlyMap<string, XmlDigest> = new Map([
  ['http://www.w3.org/2000/09/xmldsig#sha1', 'sha1'],
  ['http://www.w3.org/2001/04/xmldsig-more#sha224', 'sha224'],
  ['http://www.w3.org/2001/04/xmlenc#sha256', 'sha256'],
  ['http://www.w3.org/2001/04/xmldsig-more#sha384', 'sha384'],
  ['http://www.w3.org/2001/04/xmlenc#sha512', 'sha512'],
  ['http://www.w3.org/2007/05/xmldsig-more#sha3-224', 'sha3-224'],
  ['http://www.w3.org/2007/05/xmldsig-more#sha3-256', 'sha3-256'],
  ['http://www.w3.org/2007/05/xmldsig-more#sha3-384', 'sha3-384'],
  ['http://www.w3.org/2007/05/xmldsig-more#sha3-512', 'sha3-512'],
]);

/** The digest behind an identifier of XML Signature (RFC 9231 section 2.1), or undefined; MD5 is none. */
export function xmlDigestOf(algorithm: string): XmlDigest | undefined {
  return digests.get(algorithm);
}

/** The identifier of a digest. */
export function xmlDigestUri(digest: XmlDigest): string {
  for (const [uri, name] of digests) if (name === digest) return uri;
  throw new XmlError('xml.algorithm_unsupported', { params: { algorithm: digest } });
}

/** A signature algorithm of XML Signature. */
export interface XmlSignatureScheme {
  readonly family: 'rsa' | 'rsa-pss' | 'ecdsa' | 'dsa' | 'ed25519' | 'ed448';
  /** Absent for EdDSA. */
  readonly digest?: XmlDigest;
  /** Bytes of salt of RSASSA-PSS. */
  readonly saltLength?: number;
}

const more = 'http://www.w3.org/2001/04/xmldsig-more#';
const more2007 = 'http://www.w3.org/2007/05/xmldsig-more#';
const more2021 = 'http://www.w3.org/2021/04/xmldsig-more#';

const schemes: ReadonlyMap<string, XmlSignatureScheme> = new Map<string, XmlSignatureScheme>([
  [`${DSIG_NAMESPACE}rsa-sha1`, { family: 'rsa', digest: 'sha1' }],
  [`${more}rsa-sha224`, { family: 'rsa', digest: 'sha224' }],
  [`${more}rsa-sha256`, { family: 'rsa', digest: 'sha256' }],
  [`${more}rsa-sha384`, { family: 'rsa', digest: 'sha384' }],
  [`${more}rsa-sha512`, { family: 'rsa', digest: 'sha512' }],
  [`${more}ecdsa-sha1`, { family: 'ecdsa', digest: 'sha1' }],
  [`${more}ecdsa-sha224`, { family: 'ecdsa', digest: 'sha224' }],
  [`${more}ecdsa-sha256`, { family: 'ecdsa', digest: 'sha256' }],
  [`${more}ecdsa-sha384`, { family: 'ecdsa', digest: 'sha384' }],
  [`${more}ecdsa-sha512`, { family: 'ecdsa', digest: 'sha512' }],
  [`${more2021}ecdsa-sha3-224`, { family: 'ecdsa', digest: 'sha3-224' }],
  [`${more2021}ecdsa-sha3-256`, { family: 'ecdsa', digest: 'sha3-256' }],
  [`${more2021}ecdsa-sha3-384`, { family: 'ecdsa', digest: 'sha3-384' }],
  [`${more2021}ecdsa-sha3-512`, { family: 'ecdsa', digest: 'sha3-512' }],
  [`${DSIG_NAMESPACE}dsa-sha1`, { family: 'dsa', digest: 'sha1' }],
  ['http://www.w3.org/2009/xmldsig11#dsa-sha256', { family: 'dsa', digest: 'sha256' }],
  [`${more2007}sha1-rsa-MGF1`, { family: 'rsa-pss', digest: 'sha1', saltLength: 20 }],
  [`${more2007}sha224-rsa-MGF1`, { family: 'rsa-pss', digest: 'sha224', saltLength: 28 }],
  [`${more2007}sha256-rsa-MGF1`, { family: 'rsa-pss', digest: 'sha256', saltLength: 32 }],
  [`${more2007}sha384-rsa-MGF1`, { family: 'rsa-pss', digest: 'sha384', saltLength: 48 }],
  [`${more2007}sha512-rsa-MGF1`, { family: 'rsa-pss', digest: 'sha512', saltLength: 64 }],
  [`${more2007}sha3-224-rsa-MGF1`, { family: 'rsa-pss', digest: 'sha3-224', saltLength: 28 }],
  [`${more2007}sha3-256-rsa-MGF1`, { family: 'rsa-pss', digest: 'sha3-256', saltLength: 32 }],
  [`${more2007}sha3-384-rsa-MGF1`, { family: 'rsa-pss', digest: 'sha3-384', saltLength: 48 }],
  [`${more2007}sha3-512-rsa-MGF1`, { family: 'rsa-pss', digest: 'sha3-512', saltLength: 64 }],
  [`${more2021}eddsa-ed25519`, { family: 'ed25519' }],
  [`${more2021}eddsa-ed448`, { family: 'ed448' }],
]);

/** Identifier of RSASSA-PSS with parameters (RFC 9231 section 2.3.9). */
export const RSA_PSS_WITH_PARAMETERS: string = `${more2007}rsa-pss`;

/** The algorithm behind an identifier (RFC 9231 section 2.3), or undefined: HMAC is none, for a secret key proves no signer. */
export function xmlSignatureSchemeOf(algorithm: string): XmlSignatureScheme | undefined {
  return schemes.get(algorithm);
}

const ofSigner: Readonly<
  Record<SignatureAlgorithm, { readonly uri: string; readonly digest: XmlDigest; readonly half?: number }>
> = {
  'ecdsa-p256-sha256': { uri: `${more}ecdsa-sha256`, digest: 'sha256', half: 32 },
  'ecdsa-p384-sha384': { uri: `${more}ecdsa-sha384`, digest: 'sha384', half: 48 },
  'rsa-pkcs1-sha256': { uri: `${more}rsa-sha256`, digest: 'sha256' },
  'rsa-pkcs1-sha384': { uri: `${more}rsa-sha384`, digest: 'sha384' },
  'rsa-pkcs1-sha512': { uri: `${more}rsa-sha512`, digest: 'sha512' },
  ed25519: { uri: `${more2021}eddsa-ed25519`, digest: 'sha512' },
};

/** Identifier of a signer's algorithm, the digest that goes with it, and for ECDSA the bytes of one integer. */
export function xmlAlgorithmOfSigner(algorithm: SignatureAlgorithm): {
  readonly uri: string;
  readonly digest: XmlDigest;
  readonly half?: number;
} {
  return ofSigner[algorithm];
}

/** Fewest bits of an RSA modulus and most, so that a hostile key cannot cost seconds. */
const rsaBits = { least: 1024, most: 8192 };
/** Three numbers of a DSA key and its public value, and room. */
const maxKeyBytes = 5 * 1024;

function keyFits({ family }: XmlSignatureScheme, key: KeyObject): boolean {
  const type = key.asymmetricKeyType;
  // The details of an odd DSA key end the whole process when node:crypto is asked for them.
  const bits = type === 'dsa' ? 0 : (key.asymmetricKeyDetails?.modulusLength ?? 0);
  if (family === 'ecdsa') return type === 'ec';
  if (family === 'ed25519' || family === 'ed448') return type === family;
  if (family === 'dsa') return type === 'dsa';
  const fits = type === 'rsa' || (family === 'rsa-pss' && type === 'rsa-pss');
  return fits && bits >= rsaBits.least && bits <= rsaBits.most;
}

/** Keys that were read lately, by their octets: importing one costs more than an RSA verification. */
const recentKeys: Map<string, KeyObject> = new Map();
const maxRecentKeys = 512;

function keyOf(spki: Uint8Array): KeyObject {
  const octets = Buffer.from(spki.buffer, spki.byteOffset, spki.byteLength);
  const id = octets.toString('latin1');
  const known = recentKeys.get(id);
  if (known) return known;
  const key = createPublicKey({ key: octets, format: 'der', type: 'spki' });
  recentKeys.set(id, key);
  const [first = id] = recentKeys.size > maxRecentKeys ? recentKeys.keys() : [];
  if (first !== id) recentKeys.delete(first);
  return key;
}

const curveBytes: ReadonlyMap<string, number> = new Map([
  ['prime256v1', 32],
  ['secp384r1', 48],
  ['secp521r1', 66],
]);

/**
 * Both integers in as many octets as the order of the curve has (XMLDSig 1.1 clause 6.4.3). Signers are met that leave out the zero octets which both begin
 * with; the numbers, and so what is proven, are the same.
 */
function fullIntegers(value: Uint8Array, key: KeyObject): Uint8Array {
  const size = curveBytes.get(key.asymmetricKeyDetails?.namedCurve ?? '');
  const half = value.length / 2;
  if (size === undefined || !Number.isInteger(half) || half >= size || half === 0) return value;
  const full = new Uint8Array(2 * size);
  full.set(value.subarray(0, half), size - half);
  full.set(value.subarray(half), 2 * size - half);
  return full;
}

/**
 * Whether `signature` over `data` was made by the key in `spki`; ECDSA and DSA values are two integers side by side (RFC 9231 section 2.3.6,
 * RFC 4050), never DER. False for a key of another type; it never throws.
 */
export function verifyXmlSignatureValue(
  scheme: XmlSignatureScheme,
  spki: Uint8Array,
  data: Uint8Array,
  signature: Uint8Array,
): boolean {
  try {
    if (spki.length > maxKeyBytes) return false;
    const key = keyOf(spki);
    if (!keyFits(scheme, key)) return false;
    const { digest, family, saltLength } = scheme;
    if (family === 'ed25519' || family === 'ed448') return verify(null, data, key, signature);
    if (digest === undefined) return false;
    if (family === 'rsa') return verify(digest, data, { key, padding: constants.RSA_PKCS1_PADDING }, signature);
    if (family === 'rsa-pss') {
      const padding = constants.RSA_PKCS1_PSS_PADDING;
      return verify(digest, data, { key, padding, saltLength: saltLength ?? 20 }, signature);
    }
    const value = family === 'ecdsa' ? fullIntegers(signature, key) : signature;
    return verify(digest, data, { key, dsaEncoding: 'ieee-p1363' }, value);
  } catch {
    return false;
  }
}

/** An ECDSA signature in DER (RFC 3279) as two integers of `half` bytes. Throws {@link XmlError} `xml.algorithm_unsupported`. */
export function ecdsaDerToRaw(der: Uint8Array, half: number): Uint8Array {
  const raw = new Uint8Array(half * 2);
  let at = der[1] === 0x81 ? 3 : 2;
  for (const index of [0, 1]) {
    const length = der[at + 1] ?? 0;
    const value = der.subarray(at + 2, at + 2 + length);
    const first = value.findIndex((byte) => byte !== 0);
    const digits = first < 0 ? value.subarray(length) : value.subarray(first);
    if (der[at] !== 0x02 || digits.length > half) {
      throw new XmlError('xml.algorithm_unsupported', { params: { algorithm: 'ecdsa' } });
    }
    raw.set(digits, (index + 1) * half - digits.length);
    at += 2 + length;
  }
  return raw;
}
