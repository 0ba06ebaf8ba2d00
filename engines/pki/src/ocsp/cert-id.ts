import { createHash } from 'node:crypto';
import {
  type DerElement,
  der,
  readBitStringOctets,
  readDer,
  readIntegerBytes,
  readOctetString,
  readOid,
  SequenceReader,
  TAG,
} from '@tra/asn1';
import { equalBytes, toHex } from '@tra/kernel';
import { type DigestName, digestOfOid, oidOfDigest } from '../algorithms.ts';
import { type Certificate, parseCertificate } from '../certificate.ts';
import { PkiError } from '../errors.ts';

/** Names one certificate by digests of its issuer's name and key and by its serial number (RFC 6960 section 4.1.1). */
export interface CertId {
  /** Digest of both hashes; absent when this package does not know the algorithm. SHA-1 is an index here, not a protection. */
  readonly digest?: DigestName;
  readonly issuerNameHash: Uint8Array;
  readonly issuerKeyHash: Uint8Array;
  /** Content octets of the serial number. */
  readonly serialNumber: Uint8Array;
  /** The same, lower-case hexadecimal. */
  readonly serialHex: string;
  /** As encoded; an answer repeats it byte for byte. */
  readonly der: Uint8Array;
}

const maxSerialOctets = 64;

/** Reads a CertID element. Throws `Asn1Error` or {@link PkiError}. */
export function readCertId(element: DerElement): CertId {
  const reader = new SequenceReader(element, 'CertID');
  const algorithm = new SequenceReader(reader.take(TAG.sequence, 'hashAlgorithm'), 'AlgorithmIdentifier');
  const digest = digestOfOid(readOid(algorithm.take(TAG.oid, 'algorithm')));
  const [parameters, ...more] = algorithm.rest();
  const issuerNameHash = readOctetString(reader.take(TAG.octetString, 'issuerNameHash'));
  const issuerKeyHash = readOctetString(reader.take(TAG.octetString, 'issuerKeyHash'));
  const serialNumber = readIntegerBytes(reader.take(TAG.integer, 'serialNumber'));
  reader.end();
  const plain = !parameters || (parameters.tag === TAG.null && parameters.content.length === 0);
  if (
    !plain ||
    more.length > 0 ||
    serialNumber.length > maxSerialOctets ||
    !fits(digest, issuerNameHash, issuerKeyHash)
  )
    throw new PkiError('pki.request_invalid', { params: { reason: 'cert_id' } });
  return {
    ...(digest ? { digest } : {}),
    issuerNameHash,
    issuerKeyHash,
    serialNumber,
    serialHex: toHex(serialNumber),
    der: element.raw,
  };
}

const digestLengths: Readonly<Record<DigestName, number>> = {
  sha1: 20,
  sha224: 28,
  sha256: 32,
  sha384: 48,
  sha512: 64,
  'sha3-224': 28,
  'sha3-256': 32,
  'sha3-384': 48,
  'sha3-512': 64,
};

function fits(digest: DigestName | undefined, ...hashes: readonly Uint8Array[]): boolean {
  return hashes.every(({ length }) =>
    digest === undefined ? length > 0 && length <= 128 : length === digestLengths[digest],
  );
}

/** The digests by which a CertID names a CA. */
export interface IssuerHashes {
  readonly nameHash: Uint8Array;
  readonly keyHash: Uint8Array;
}

/** Digests of a CA's name and key bits (RFC 6960 section 4.1.1). Throws `Asn1Error` on a broken key. */
export function issuerHashes(
  issuer: Pick<Certificate, 'subject' | 'publicKey'>,
  digest: DigestName = 'sha1',
): IssuerHashes {
  const hash = (bytes: Uint8Array): Uint8Array => new Uint8Array(createHash(digest).update(bytes).digest());
  return { nameHash: hash(issuer.subject.der), keyHash: hash(keyBits(issuer.publicKey)) };
}

/** The subjectPublicKey octets inside a SubjectPublicKeyInfo, without tag, length and unused bits. */
export function keyBits(publicKey: Uint8Array): Uint8Array {
  const reader = new SequenceReader(readDer(publicKey), 'SubjectPublicKeyInfo');
  reader.take(TAG.sequence, 'algorithm');
  return readBitStringOctets(reader.take(TAG.bitString, 'subjectPublicKey'));
}

/**
 * Encodes the CertID of the certificate with `serial` (content octets, or hexadecimal digits) from `issuer`. SHA-1 unless told:
 * every responder knows it, and it only names the certificate. Throws {@link PkiError}.
 */
export function certIdOf({
  issuer,
  serial,
  digest = 'sha1',
}: {
  readonly issuer: Uint8Array | Certificate;
  readonly serial: Uint8Array;
  readonly digest?: DigestName;
}): Uint8Array {
  return encodeCertId(issuerHashes(certificateOf(issuer), digest), serial, digest);
}

/** A CertID from ready-made digests. */
export function encodeCertId({ nameHash, keyHash }: IssuerHashes, serial: Uint8Array, digest: DigestName): Uint8Array {
  return der.sequence(
    der.sequence(der.oid(oidOfDigest(digest)), der.nullValue()),
    der.octetString(nameHash),
    der.octetString(keyHash),
    der.element(TAG.integer, serial),
  );
}

/** The certificate itself, or as read from its bytes. */
export function certificateOf(certificate: Uint8Array | Certificate): Certificate {
  return certificate instanceof Uint8Array ? parseCertificate(certificate) : certificate;
}

/**
 * A test whether a CertID names `certificate` as issued by `issuer`. The name hash is taken over the issuer field of the
 * certificate (RFC 6960 section 4.1.1), the key hash over the issuer's key; a digest that is not known never matches.
 */
export function certIdMatcher(certificate: Certificate, issuer: Certificate): (certId: CertId) => boolean {
  const known = new Map<DigestName, IssuerHashes | undefined>();
  const sameName = certificate.issuer.key === issuer.subject.key;
  return ({ digest, serialHex, issuerNameHash, issuerKeyHash }) => {
    if (!sameName || digest === undefined || serialHex !== certificate.serialHex) return false;
    if (!known.has(digest)) known.set(digest, hashesOf(certificate, issuer, digest));
    const hashes = known.get(digest);
    return !!hashes && equalBytes(issuerNameHash, hashes.nameHash) && equalBytes(issuerKeyHash, hashes.keyHash);
  };
}

function hashesOf(certificate: Certificate, issuer: Certificate, digest: DigestName): IssuerHashes | undefined {
  try {
    return issuerHashes({ subject: certificate.issuer, publicKey: issuer.publicKey }, digest);
  } catch {
    return undefined;
  }
}
