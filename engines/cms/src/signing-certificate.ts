import { createHash } from 'node:crypto';
import { der, readDer, readIntegerBytes, readOctetString, readOid, SequenceReader, TAG } from '@tra/asn1';
import { equalBytes, toHex } from '@tra/kernel';
import {
  type Certificate,
  certificateDigest,
  type DigestName,
  digestOfOid,
  oidOfDigest,
  readGeneralName,
} from '@tra/pki';
import { CMS_ATTRIBUTE } from './oids.ts';
import type { Attributes } from './parse.ts';

/** What the ESS signing certificate attribute says about a certificate. */
export type SigningCertificateMatch = 'match' | 'mismatch' | 'absent';

/** Encodes SigningCertificateV2 for one certificate (RFC 5035 section 3): the hash algorithm is left out when it is SHA-256. */
export function encodeSigningCertificateV2(certificate: Uint8Array, digest: DigestName = 'sha256'): Uint8Array {
  const algorithm = digest === 'sha256' ? undefined : der.sequence(der.oid(oidOfDigest(digest)));
  const hash = createHash(digest).update(certificate).digest();
  return der.sequence(der.sequence(der.sequence(algorithm, der.octetString(hash))));
}

/**
 * Holds `certificate` against the first certificate identifier in signingCertificateV2 and signingCertificate (RFC 5035 section 4:
 * it is the one that verifies the signature). When both attributes are present both must match.
 */
export function matchSigningCertificate(attributes: Attributes, certificate: Certificate): SigningCertificateMatch {
  const outcomes = [
    matchAttribute(attributes.get(CMS_ATTRIBUTE.signingCertificateV2), certificate, 'sha256'),
    matchAttribute(attributes.get(CMS_ATTRIBUTE.signingCertificate), certificate, 'sha1'),
  ];
  if (outcomes.includes('mismatch')) return 'mismatch';
  return outcomes.includes('match') ? 'match' : 'absent';
}

function matchAttribute(
  values: readonly Uint8Array[] | undefined,
  certificate: Certificate,
  fixedDigest: DigestName,
): SigningCertificateMatch {
  if (!values) return 'absent';
  const [value, ...more] = values;
  try {
    return value && more.length === 0 && matches(value, certificate, fixedDigest) ? 'match' : 'mismatch';
  } catch {
    return 'mismatch';
  }
}

function matches(value: Uint8Array, certificate: Certificate, fixedDigest: DigestName): boolean {
  const certs = new SequenceReader(readDer(value), 'SigningCertificate').take(TAG.sequence, 'certs');
  const id = new SequenceReader(new SequenceReader(certs, 'certs').take(TAG.sequence, 'ESSCertID'), 'ESSCertID');
  const algorithm = fixedDigest === 'sha256' ? id.takeOptional(TAG.sequence) : undefined;
  const hash = readOctetString(id.take(TAG.octetString, 'certHash'));
  const issuerSerial = id.takeOptional(TAG.sequence);
  id.end();
  const oid = algorithm && readOid(new SequenceReader(algorithm, 'hashAlgorithm').take(TAG.oid, 'algorithm'));
  const digest = oid === undefined ? fixedDigest : digestOfOid(oid);
  if (!digest || !equalBytes(hash, certificateDigest(certificate, digest))) return false;
  if (!issuerSerial) return true;
  const reader = new SequenceReader(issuerSerial, 'IssuerSerial');
  const names = new SequenceReader(reader.take(TAG.sequence, 'issuer'), 'issuer').rest().map(readGeneralName);
  const serialHex = toHex(readIntegerBytes(reader.take(TAG.integer, 'serialNumber')));
  const named = names.some((name) => name.kind === 'directory' && name.name.key === certificate.issuer.key);
  return named && serialHex === certificate.serialHex;
}
