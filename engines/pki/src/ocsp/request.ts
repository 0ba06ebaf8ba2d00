import {
  Asn1Error,
  contextConstructedTag,
  type DerElement,
  der,
  readBitStringOctets,
  readDer,
  readExplicit,
  readOctetString,
  readOid,
  readSmallInteger,
  SequenceReader,
  TAG,
} from '@tra/asn1';
import { fromHex } from '@tra/kernel';
import type { DigestName } from '../algorithms.ts';
import { type Certificate, reasonOf } from '../certificate.ts';
import { PkiError } from '../errors.ts';
import { type Extension, readExtensions } from '../extensions.ts';
import { type CertId, certificateOf, encodeCertId, issuerHashes, readCertId } from './cert-id.ts';
import { OCSP } from './oids.ts';

/** A status request as read (RFC 6960 section 4.1). */
export interface OcspRequest {
  /** Which certificates are asked for, in order; at least one. */
  readonly requests: readonly CertId[];
  /** 1 to 128 octets (RFC 9654 section 2.1). */
  readonly nonce?: Uint8Array;
  /** OIDs of the signature algorithms that the client would like, best first (RFC 6960 section 4.4.7). */
  readonly preferredAlgorithms: readonly string[];
  /** Whether the client signed; the signature is not verified. */
  readonly signed: boolean;
  /** OIDs of critical extensions that this package does not process: such a request must not be answered. */
  readonly unknownCritical: readonly string[];
}

/** Longest nonce that RFC 9654 section 2.1 lets a server take, octets. */
const maxNonce = 128;
const maxRequestBytes = 64 * 1024;
const maxRequests = 512;
const maxPreferred = 32;
const maxCertificates = 16;

const processed: ReadonlySet<string> = new Set([
  OCSP.nonce,
  OCSP.acceptableResponses,
  OCSP.preferredSignatureAlgorithms,
  OCSP.serviceLocator,
]);

/**
 * Reads a DER OCSPRequest of at most 64 KiB with 1 to 512 questions. Strict: no trailing bytes, version 1, hashes as long as
 * their digest, no extension twice, a nonce of 1 to 128 octets. A signature is read but means nothing here.
 * Throws {@link PkiError} `pki.ocsp_request_invalid`.
 *
 * @example
 * const { requests, nonce } = parseOcspRequest(body);
 * for (const { serialHex } of requests) console.log(serialHex);
 */
export function parseOcspRequest(bytes: Uint8Array): OcspRequest {
  try {
    const outer = new SequenceReader(readDer(bytes, { maxBytes: maxRequestBytes }), 'OCSPRequest');
    const tbs = outer.take(TAG.sequence, 'tbsRequest');
    const signature = outer.takeOptional(contextConstructedTag(0));
    outer.end();
    if (signature) checkSignature(readExplicit(signature, 'optionalSignature'));
    return { ...readTbs(tbs), signed: signature !== undefined };
  } catch (cause) {
    throw new PkiError('pki.ocsp_request_invalid', { params: { reason: detailOf(cause) }, cause });
  }
}

/** The `reason` of a refusal of this package, else the code of whatever was thrown. */
export function detailOf(cause: unknown): string | number {
  return (cause instanceof PkiError ? cause.params.reason : undefined) ?? reasonOf(cause);
}

function refuse(reason: string): PkiError {
  return new PkiError('pki.request_invalid', { params: { reason } });
}

/** Signature (RFC 6960 section 4.1.1): well formed, no more than that. */
function checkSignature(element: DerElement): void {
  const reader = new SequenceReader(element, 'Signature');
  reader.take(TAG.sequence, 'signatureAlgorithm');
  readBitStringOctets(reader.take(TAG.bitString, 'signature'));
  const certificates = reader.takeOptional(contextConstructedTag(0));
  reader.end();
  if (!certificates) return;
  const list = new SequenceReader(readExplicit(certificates, 'certs'), 'certs').rest();
  if (list.length > maxCertificates) throw refuse('certificates');
}

function readTbs(element: DerElement): Omit<OcspRequest, 'signed'> {
  const reader = new SequenceReader(element, 'TBSRequest');
  const version = reader.takeOptional(contextConstructedTag(0));
  if (version && readSmallInteger(readExplicit(version, 'version')) !== 0) throw refuse('version');
  const requestor = reader.takeOptional(contextConstructedTag(1));
  if (requestor) readExplicit(requestor, 'requestorName');
  const list = new SequenceReader(reader.take(TAG.sequence, 'requestList'), 'requestList').rest();
  const extensions = optionalExtensions(reader.takeOptional(contextConstructedTag(2)));
  reader.end();
  if (list.length === 0 || list.length > maxRequests) throw refuse('request_list');
  const unknownCritical = unknownIn(extensions);
  const requests = list.map((item) => {
    const request = new SequenceReader(item, 'Request');
    const certId = readCertId(request.take(TAG.sequence, 'reqCert'));
    unknownCritical.push(...unknownIn(optionalExtensions(request.takeOptional(contextConstructedTag(0)))));
    request.end();
    return certId;
  });
  const nonce = extensions.get(OCSP.nonce);
  const preferred = extensions.get(OCSP.preferredSignatureAlgorithms);
  return {
    requests,
    ...(nonce ? { nonce: readNonce(nonce.value) } : {}),
    preferredAlgorithms: preferred ? readPreferredAlgorithms(preferred.value) : [],
    unknownCritical,
  };
}

/** Extensions inside an EXPLICIT tag, none when it is absent. */
export function optionalExtensions(element: DerElement | undefined): ReadonlyMap<string, Extension> {
  return element ? readExtensions(readExplicit(element, 'Extensions')) : new Map<string, Extension>();
}

function unknownIn(extensions: ReadonlyMap<string, Extension>): string[] {
  return [...extensions.values()].flatMap(({ oid, critical }) => (critical && !processed.has(oid) ? [oid] : []));
}

/** Nonce extension value: an OCTET STRING of 1 to 128 octets (RFC 9654 section 2.1). Throws `Asn1Error` or {@link PkiError}. */
export function readNonce(value: Uint8Array): Uint8Array {
  const nonce = readOctetString(readDer(value));
  if (nonce.length === 0 || nonce.length > maxNonce) throw refuse('nonce');
  return nonce;
}

/** RFC 2560 section 4.4.1 left open how the value is encoded: responders of that time put octets of any kind there. They are taken as they stand. */
export function readAnyNonce(value: Uint8Array): Uint8Array {
  try {
    return readNonce(value);
  } catch (error) {
    if (!(error instanceof Asn1Error) || value.length === 0 || value.length > maxNonce) throw error;
    return value;
  }
}

function readPreferredAlgorithms(value: Uint8Array): readonly string[] {
  const items = new SequenceReader(readDer(value), 'PreferredSignatureAlgorithms').rest();
  if (items.length > maxPreferred) throw refuse('preferred_algorithms');
  return items.map((item) => {
    const reader = new SequenceReader(item, 'PreferredSignatureAlgorithm');
    const algorithm = new SequenceReader(reader.take(TAG.sequence, 'sigIdentifier'), 'AlgorithmIdentifier');
    return readOid(algorithm.take(TAG.oid, 'algorithm'));
  });
}

/** What {@link buildOcspRequest} asks about. */
export interface OcspRequestInput {
  readonly certificate: Uint8Array | Certificate;
  /** The CA that issued it. */
  readonly issuer: Uint8Array | Certificate;
  /** SHA-1 unless told: every responder knows it, and it only names the certificate. */
  readonly digest?: DigestName;
  /** 1 to 128 octets; RFC 9654 section 2.1 asks for 32 random ones. */
  readonly nonce?: Uint8Array;
}

/**
 * Encodes a question about one certificate (RFC 6960 section 4.1), unsigned. Throws {@link PkiError}: `pki.request_invalid` for
 * a nonce outside 1 to 128 octets, `pki.certificate_invalid`.
 *
 * @example
 * const request = buildOcspRequest({ certificate, issuer, nonce: random.bytes(32) });
 */
export function buildOcspRequest({ certificate, issuer, digest = 'sha1', nonce }: OcspRequestInput): Uint8Array {
  const { issuer: subject, serialHex } = certificateOf(certificate);
  const hashes = issuerHashes({ subject, publicKey: certificateOf(issuer).publicKey }, digest);
  return encodeOcspRequest([encodeCertId(hashes, fromHex(serialHex), digest)], nonce);
}

/** Encodes a question about several certificates at once. Throws {@link PkiError} `pki.request_invalid`. */
export function encodeOcspRequest(certIds: readonly Uint8Array[], nonce?: Uint8Array): Uint8Array {
  if (certIds.length === 0 || certIds.length > maxRequests) throw refuse('request_list');
  const extensions = nonce ? der.explicit(2, der.sequence(nonceExtension(nonce))) : undefined;
  const list = der.sequence(...certIds.map((certId) => der.sequence(certId)));
  return der.sequence(der.sequence(list, extensions));
}

/** A Nonce extension. Throws {@link PkiError} `pki.request_invalid` unless it has 1 to 128 octets. */
export function nonceExtension(nonce: Uint8Array): Uint8Array {
  if (nonce.length === 0 || nonce.length > maxNonce) throw refuse('nonce');
  return der.sequence(der.oid(OCSP.nonce), der.octetString(der.octetString(nonce)));
}
