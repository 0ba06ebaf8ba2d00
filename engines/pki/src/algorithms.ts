import { constants, createPublicKey, type KeyObject, verify as nodeVerify } from 'node:crypto';
import {
  type DerElement,
  der,
  readDer,
  readExplicit,
  readIntegerBytes,
  readOid,
  readSmallInteger,
  SequenceReader,
  TAG,
} from '@tra/asn1';
import type { SignatureAlgorithm } from '@tra/kernel';
import { BoundedMap, bytesKey } from './bounded-map.ts';
import { PkiError } from './errors.ts';

/** Digest names as node:crypto spells them. */
export type DigestName =
  | 'sha1'
  | 'sha224'
  | 'sha256'
  | 'sha384'
  | 'sha512'
  | 'sha3-224'
  | 'sha3-256'
  | 'sha3-384'
  | 'sha3-512';

const digestOids: ReadonlyMap<string, DigestName> = new Map([
  ['1.3.14.3.2.26', 'sha1'],
  ['2.16.840.1.101.3.4.2.4', 'sha224'],
  ['2.16.840.1.101.3.4.2.1', 'sha256'],
  ['2.16.840.1.101.3.4.2.2', 'sha384'],
  ['2.16.840.1.101.3.4.2.3', 'sha512'],
  ['2.16.840.1.101.3.4.2.7', 'sha3-224'],
  ['2.16.840.1.101.3.4.2.8', 'sha3-256'],
  ['2.16.840.1.101.3.4.2.9', 'sha3-384'],
  ['2.16.840.1.101.3.4.2.10', 'sha3-512'],
]);

/** Digest behind a hash algorithm OID, or undefined when it is not supported (MD5 is not). */
export function digestOfOid(oid: string): DigestName | undefined {
  return digestOids.get(oid);
}

/** Hash algorithm OID of a digest. */
export function oidOfDigest(digest: DigestName): string {
  for (const [oid, name] of digestOids) if (name === digest) return oid;
  throw new PkiError('pki.algorithm_unsupported', { params: { algorithm: digest } });
}

/** A signature algorithm as it stands in an AlgorithmIdentifier. */
export interface SignatureScheme {
  readonly family: 'rsa' | 'rsa-pss' | 'ecdsa' | 'dsa' | 'ed25519' | 'ed448';
  /** Absent for EdDSA, and for the identifier of a key alone (`rsaEncryption`, `id-ecPublicKey`, `id-dsa`) in CMS where the digest algorithm stands beside it. */
  readonly digest?: DigestName;
  readonly saltLength?: number;
  /** The value is two integers side by side instead of a SEQUENCE (BSI TR-03111 clause 5.2.1). */
  readonly plain?: true;
}

const schemes: ReadonlyMap<string, SignatureScheme> = new Map<string, SignatureScheme>([
  ['1.2.840.113549.1.1.1', { family: 'rsa' }],
  ['1.2.840.113549.1.1.5', { family: 'rsa', digest: 'sha1' }],
  ['1.2.840.113549.1.1.14', { family: 'rsa', digest: 'sha224' }],
  ['1.2.840.113549.1.1.11', { family: 'rsa', digest: 'sha256' }],
  ['1.2.840.113549.1.1.12', { family: 'rsa', digest: 'sha384' }],
  ['1.2.840.113549.1.1.13', { family: 'rsa', digest: 'sha512' }],
  ['2.16.840.1.101.3.4.3.13', { family: 'rsa', digest: 'sha3-224' }],
  ['2.16.840.1.101.3.4.3.14', { family: 'rsa', digest: 'sha3-256' }],
  ['2.16.840.1.101.3.4.3.15', { family: 'rsa', digest: 'sha3-384' }],
  ['2.16.840.1.101.3.4.3.16', { family: 'rsa', digest: 'sha3-512' }],
  ['1.2.840.10045.2.1', { family: 'ecdsa' }],
  ['1.2.840.10045.4.1', { family: 'ecdsa', digest: 'sha1' }],
  ['1.2.840.10045.4.3.1', { family: 'ecdsa', digest: 'sha224' }],
  ['1.2.840.10045.4.3.2', { family: 'ecdsa', digest: 'sha256' }],
  ['1.2.840.10045.4.3.3', { family: 'ecdsa', digest: 'sha384' }],
  ['1.2.840.10045.4.3.4', { family: 'ecdsa', digest: 'sha512' }],
  ['2.16.840.1.101.3.4.3.9', { family: 'ecdsa', digest: 'sha3-224' }],
  ['2.16.840.1.101.3.4.3.10', { family: 'ecdsa', digest: 'sha3-256' }],
  ['2.16.840.1.101.3.4.3.11', { family: 'ecdsa', digest: 'sha3-384' }],
  ['2.16.840.1.101.3.4.3.12', { family: 'ecdsa', digest: 'sha3-512' }],
  ['1.2.840.10040.4.1', { family: 'dsa' }],
  ['1.2.840.10040.4.3', { family: 'dsa', digest: 'sha1' }],
  ['2.16.840.1.101.3.4.3.1', { family: 'dsa', digest: 'sha224' }],
  ['2.16.840.1.101.3.4.3.2', { family: 'dsa', digest: 'sha256' }],
  ['2.16.840.1.101.3.4.3.3', { family: 'dsa', digest: 'sha384' }],
  ['2.16.840.1.101.3.4.3.4', { family: 'dsa', digest: 'sha512' }],
  ['2.16.840.1.101.3.4.3.5', { family: 'dsa', digest: 'sha3-224' }],
  ['2.16.840.1.101.3.4.3.6', { family: 'dsa', digest: 'sha3-256' }],
  ['2.16.840.1.101.3.4.3.7', { family: 'dsa', digest: 'sha3-384' }],
  ['2.16.840.1.101.3.4.3.8', { family: 'dsa', digest: 'sha3-512' }],
  ['0.4.0.127.0.7.1.1.4.1.1', { family: 'ecdsa', digest: 'sha1', plain: true }],
  ['0.4.0.127.0.7.1.1.4.1.2', { family: 'ecdsa', digest: 'sha224', plain: true }],
  ['0.4.0.127.0.7.1.1.4.1.3', { family: 'ecdsa', digest: 'sha256', plain: true }],
  ['0.4.0.127.0.7.1.1.4.1.4', { family: 'ecdsa', digest: 'sha384', plain: true }],
  ['0.4.0.127.0.7.1.1.4.1.5', { family: 'ecdsa', digest: 'sha512', plain: true }],
  ['0.4.0.127.0.7.1.1.4.1.8', { family: 'ecdsa', digest: 'sha3-224', plain: true }],
  ['0.4.0.127.0.7.1.1.4.1.9', { family: 'ecdsa', digest: 'sha3-256', plain: true }],
  ['0.4.0.127.0.7.1.1.4.1.10', { family: 'ecdsa', digest: 'sha3-384', plain: true }],
  ['0.4.0.127.0.7.1.1.4.1.11', { family: 'ecdsa', digest: 'sha3-512', plain: true }],
  ['1.3.101.112', { family: 'ed25519' }],
  ['1.3.101.113', { family: 'ed448' }],
]);

const rsaPss = '1.2.840.113549.1.1.10';

/**
 * What an encoded AlgorithmIdentifier for a signature means. Throws {@link PkiError} `pki.algorithm_unsupported` for unknown
 * algorithms, MD5 among them, and `Asn1Error` for broken encodings.
 */
export function readSignatureScheme(algorithmIdentifier: Uint8Array): SignatureScheme {
  if (algorithmIdentifier.length > longestKeptScheme) return decodeScheme(algorithmIdentifier);
  const key = bytesKey(algorithmIdentifier);
  return recentSchemes.get(key) ?? recentSchemes.set(key, decodeScheme(algorithmIdentifier));
}

/** A handful of identifiers is met again and again. */
const recentSchemes: BoundedMap<SignatureScheme> = new BoundedMap(64);
const longestKeptScheme = 128;

function decodeScheme(algorithmIdentifier: Uint8Array): SignatureScheme {
  const reader = new SequenceReader(readDer(algorithmIdentifier, { maxBytes: 4096 }), 'AlgorithmIdentifier');
  const oid = readOid(reader.take(TAG.oid, 'algorithm'));
  const [parameters, ...more] = reader.rest();
  const unsupported = (): PkiError => new PkiError('pki.algorithm_unsupported', { params: { algorithm: oid } });
  if (more.length > 0) throw unsupported();
  if (oid === rsaPss) {
    const scheme = parameters && readPssParameters(parameters);
    if (!scheme) throw unsupported();
    return scheme;
  }
  const scheme = schemes.get(oid);
  if (!scheme) throw unsupported();
  // RFC 5758 leaves parameters out for ECDSA; NULL is met often enough and says nothing else.
  const parameterless = scheme.family === 'ed25519' || scheme.family === 'ed448';
  if (parameters && (parameters.tag !== TAG.null || parameters.content.length > 0 || parameterless))
    throw unsupported();
  return scheme;
}

/** RSASSA-PSS-params (RFC 4055 section 3.1): both digests the same; defaults are SHA-1 and 20. */
function readPssParameters(parameters: DerElement): SignatureScheme | undefined {
  const reader = new SequenceReader(parameters, 'RSASSA-PSS-params');
  const hash = reader.takeOptional(0xa0);
  const mask = reader.takeOptional(0xa1);
  const salt = reader.takeOptional(0xa2);
  const trailer = reader.takeOptional(0xa3);
  reader.end();
  const digest = hash ? digestOfOid(firstOid(readExplicit(hash, 'hashAlgorithm'))) : 'sha1';
  let maskDigest: DigestName | undefined = 'sha1';
  if (mask) {
    const generator = new SequenceReader(readExplicit(mask, 'maskGenAlgorithm'), 'MaskGenAlgorithm');
    if (readOid(generator.take(TAG.oid, 'algorithm')) !== '1.2.840.113549.1.1.8') return undefined;
    maskDigest = digestOfOid(firstOid(generator.take(TAG.sequence, 'parameters')));
  }
  if (trailer && readSmallInteger(readExplicit(trailer, 'trailerField')) !== 1) return undefined;
  if (digest === undefined || digest !== maskDigest) return undefined;
  return { family: 'rsa-pss', digest, saltLength: salt ? readSmallInteger(readExplicit(salt, 'saltLength')) : 20 };
}

function firstOid(algorithmIdentifier: DerElement): string {
  return readOid(new SequenceReader(algorithmIdentifier, 'AlgorithmIdentifier').take(TAG.oid, 'algorithm'));
}

/** Keys that were read lately: importing one costs more than a P-256 verification. */
const recentKeys: BoundedMap<KeyObject> = new BoundedMap(1024);

const dsa = '1.2.840.10040.4.1';

/**
 * Bits of the prime when the key is a DSA key with all its parameters (RFC 3279 section 2.3.2), undefined for another key. Throws
 * for a DSA key without them.
 */
function dsaBits(spki: Uint8Array): number | undefined {
  const reader = new SequenceReader(readDer(spki, { maxBytes: 65_536 }), 'SubjectPublicKeyInfo');
  const algorithm = new SequenceReader(reader.take(TAG.sequence, 'algorithm'), 'AlgorithmIdentifier');
  if (readOid(algorithm.take(TAG.oid, 'algorithm')) !== dsa) return undefined;
  const parameters = new SequenceReader(algorithm.take(TAG.sequence, 'parameters'), 'Dss-Parms');
  const [p = 0] = ['p', 'q', 'g'].map((name) => readIntegerBytes(parameters.take(TAG.integer, name)).length);
  parameters.end();
  return p * 8;
}

/**
 * Imports a key. The details of an odd DSA key, which node:crypto imports, end the whole process when they are asked for: they are
 * replaced by what the encoding says.
 */
function importKey(spki: Uint8Array): KeyObject {
  const modulusLength = dsaBits(spki);
  const key = createPublicKey({ key: Buffer.from(spki), format: 'der', type: 'spki' });
  if (modulusLength !== undefined || key.asymmetricKeyType === 'dsa') {
    Object.defineProperty(key, 'asymmetricKeyDetails', { value: { modulusLength } });
  }
  return key;
}

/** The public key in a SubjectPublicKeyInfo. Throws {@link PkiError} `pki.key_invalid`. */
export function readPublicKey(spki: Uint8Array): KeyObject {
  const id = bytesKey(spki);
  const recent = recentKeys.get(id);
  if (recent) return recent;
  try {
    return recentKeys.set(id, importKey(spki));
  } catch (cause) {
    throw new PkiError('pki.key_invalid', { cause });
  }
}

/** Fewest bits of an RSA modulus and most, so that a hostile key cannot cost seconds. */
const rsaBits = { least: 1024, most: 8192 };

function keyFits(scheme: SignatureScheme, key: KeyObject): boolean {
  const type = key.asymmetricKeyType;
  const bits = key.asymmetricKeyDetails?.modulusLength ?? 0;
  switch (scheme.family) {
    case 'rsa':
      return type === 'rsa' && bits >= rsaBits.least && bits <= rsaBits.most;
    case 'rsa-pss':
      return (type === 'rsa' || type === 'rsa-pss') && bits >= rsaBits.least && bits <= rsaBits.most;
    case 'ecdsa':
      return type === 'ec';
    case 'dsa':
      return type === 'dsa' && bits <= rsaBits.most;
    default:
      return type === scheme.family;
  }
}

/**
 * Whether `signature` over `data` was made by the key in `spki` with the algorithm in the encoded `algorithmIdentifier`. False
 * also for an unknown algorithm, a key of another type, or a broken key; it never throws.
 * `digest` names the digest for algorithms that leave it open (in CMS, the identifier of a key alone).
 */
export function verifySignature(
  algorithmIdentifier: Uint8Array,
  spki: Uint8Array,
  data: Uint8Array,
  signature: Uint8Array,
  digest?: DigestName,
): boolean {
  try {
    const scheme = readSignatureScheme(algorithmIdentifier);
    const key = readPublicKey(spki);
    if (!keyFits(scheme, key)) return false;
    if (scheme.family === 'ed25519' || scheme.family === 'ed448') return nodeVerify(null, data, key, signature);
    const hash = scheme.digest ?? digest;
    if (hash === undefined) return false;
    if (scheme.family === 'rsa-pss') {
      const padding = constants.RSA_PKCS1_PSS_PADDING;
      return nodeVerify(hash, data, { key, padding, saltLength: scheme.saltLength ?? 20 }, signature);
    }
    if (scheme.plain) return nodeVerify(hash, data, { key, dsaEncoding: 'ieee-p1363' }, signature);
    return nodeVerify(hash, data, key, signature);
  } catch {
    return false;
  }
}

const signerAlgorithms: Readonly<
  Record<SignatureAlgorithm, { readonly oid: string; readonly nullParameters: boolean; readonly digest: DigestName }>
> = {
  'ecdsa-p256-sha256': { oid: '1.2.840.10045.4.3.2', nullParameters: false, digest: 'sha256' },
  'ecdsa-p384-sha384': { oid: '1.2.840.10045.4.3.3', nullParameters: false, digest: 'sha384' },
  'rsa-pkcs1-sha256': { oid: '1.2.840.113549.1.1.11', nullParameters: true, digest: 'sha256' },
  'rsa-pkcs1-sha384': { oid: '1.2.840.113549.1.1.12', nullParameters: true, digest: 'sha384' },
  'rsa-pkcs1-sha512': { oid: '1.2.840.113549.1.1.13', nullParameters: true, digest: 'sha512' },
  // RFC 8419 section 3: Ed25519 in CMS goes with SHA-512.
  ed25519: { oid: '1.3.101.112', nullParameters: false, digest: 'sha512' },
};

/** Encoded AlgorithmIdentifier of a signer's algorithm. */
export function signatureAlgorithmIdentifier(algorithm: SignatureAlgorithm): Uint8Array {
  const { oid, nullParameters } = signerAlgorithms[algorithm];
  return der.sequence(der.oid(oid), nullParameters ? der.nullValue() : undefined);
}

/** Digest that goes with a signer's algorithm, in CMS for the message digest. */
export function digestOfSigner(algorithm: SignatureAlgorithm): DigestName {
  return signerAlgorithms[algorithm].digest;
}
