import { type KeyFacts, keyFacts, readSignatureScheme, type SignatureScheme } from '@tra/pki';
import type { SignatureFacts } from '../diagnostic/token.ts';

const families: Readonly<Record<SignatureScheme['family'], string>> = {
  rsa: 'RSA',
  'rsa-pss': 'RSASSA-PSS',
  ecdsa: 'ECDSA',
  dsa: 'DSA',
  ed25519: 'EdDSA',
  ed448: 'EdDSA',
};

const keyTypes: Readonly<Record<KeyFacts['type'], string | undefined>> = {
  rsa: 'RSA',
  'rsa-pss': 'RSASSA-PSS',
  ec: 'ECDSA',
  dsa: 'DSA',
  ed25519: 'EdDSA',
  ed448: 'EdDSA',
  other: undefined,
};

/** Bits of the named curves that are met. */
const curves: ReadonlyMap<string, number> = new Map([
  ['1.2.840.10045.3.1.1', 192],
  ['1.3.132.0.33', 224],
  ['1.2.840.10045.3.1.7', 256],
  ['1.3.132.0.10', 256],
  ['1.3.132.0.34', 384],
  ['1.3.132.0.35', 521],
  ['1.3.36.3.3.2.8.1.1.7', 256],
  ['1.3.36.3.3.2.8.1.1.11', 384],
  ['1.3.36.3.3.2.8.1.1.13', 512],
]);

/** The name that ETSI TS 119 312 uses for a digest of node:crypto: `SHA256`, `SHA3-512`. */
export function digestName(digest: string | undefined): string | undefined {
  // With 64 octets, as in CMS, it is as strong (FIPS 202 table 4); lists of algorithms name it with EdDSA only.
  if (digest === 'shake256') return 'SHA3-512';
  return digest
    ?.replace(/^sha(?=\d)/, 'SHA')
    .replace(/^SHA3-/i, 'SHA3-')
    .toUpperCase();
}

/** Length of a key in bits; 0 when it cannot be told. */
export function keyLength(spki: Uint8Array): number {
  const { bits, curve, type } = keyFacts(spki);
  if (type === 'ed25519') return 256;
  if (type === 'ed448') return 456;
  return bits ?? curves.get(curve ?? '') ?? 0;
}

/** Name of the kind of a key. */
export function keyAlgorithm(spki: Uint8Array): string {
  return keyTypes[keyFacts(spki).type] ?? '?';
}

/** What an encoded AlgorithmIdentifier and the key that signed say. */
export function schemeFacts(
  algorithm: Uint8Array,
  issuerKey: Uint8Array | undefined,
): Pick<SignatureFacts, 'digestAlgorithm' | 'encryptionAlgorithm' | 'keyLength'> {
  const length = issuerKey ? { keyLength: keyLength(issuerKey) } : {};
  try {
    const { digest, family } = readSignatureScheme(algorithm);
    const digestAlgorithm = digestName(digest) ?? eddsaDigest(family);
    return { ...(digestAlgorithm ? { digestAlgorithm } : {}), encryptionAlgorithm: families[family], ...length };
  } catch {
    return length;
  }
}

/** Ed25519 hashes with SHA-512; Ed448 with SHAKE256, which is as strong as SHA3-512 (RFC 8032). */
function eddsaDigest(family: SignatureScheme['family']): string | undefined {
  return family === 'ed25519' ? 'SHA512' : family === 'ed448' ? 'SHA3-512' : undefined;
}
