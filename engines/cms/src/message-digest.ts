import { createHash, type Hash } from 'node:crypto';
import { readDer, readOid, readSmallInteger, SequenceReader, TAG } from '@tra/asn1';
import { type DigestName, digestOfOid, readSignatureScheme } from '@tra/pki';
import type { SignerInfo } from './parse.ts';

/** Digests that a SignerInfo may name: those of certificates, and SHAKE256 with 64 octets beside EdDSA (RFC 8419, RFC 8702 section 3.1). */
export type MessageDigestName = DigestName | 'shake256';

const shake256 = '2.16.840.1.101.3.4.2.12';
/** With the length in bits as its parameter. */
const shake256WithLength = '2.16.840.1.101.3.4.2.18';

/** A hash under way. SHAKE256 gives 64 octets, whatever node:crypto takes for its standard length. */
export function messageHash(digest: MessageDigestName): Hash {
  return digest === 'shake256' ? createHash(digest, { outputLength: 64 }) : createHash(digest);
}

/**
 * The digest of a SignerInfo; undefined when it is not supported. SHAKE256 goes with EdDSA only: how other methods of signing would use it depends on
 * identifiers of their own (RFC 8692), which node:crypto cannot verify.
 */
export function messageDigestOf(signer: SignerInfo): MessageDigestName | undefined {
  const known = digestOfOid(signer.digestAlgorithm);
  if (known || !isShake256(signer)) return known;
  try {
    const { family } = readSignatureScheme(signer.signatureAlgorithm);
    return family === 'ed448' || family === 'ed25519' ? 'shake256' : undefined;
  } catch {
    return undefined;
  }
}

function isShake256({ digestAlgorithm, digestAlgorithmDer }: SignerInfo): boolean {
  if (digestAlgorithm !== shake256 && digestAlgorithm !== shake256WithLength) return false;
  try {
    const reader = new SequenceReader(readDer(digestAlgorithmDer), 'AlgorithmIdentifier');
    readOid(reader.take(TAG.oid, 'algorithm'));
    const [parameters, ...more] = reader.rest();
    if (digestAlgorithm === shake256) return parameters === undefined;
    return parameters !== undefined && more.length === 0 && readSmallInteger(parameters) === 512;
  } catch {
    return false;
  }
}

/** The digest for verifying a value whose algorithm leaves it open; SHAKE256 never stands in there. */
export function digestOfKey(digest: MessageDigestName | undefined): DigestName | undefined {
  return digest === 'shake256' ? undefined : digest;
}
