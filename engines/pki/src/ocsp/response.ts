import {
  contextConstructedTag,
  contextTag,
  type DerElement,
  expectTag,
  readBitStringOctets,
  readDer,
  readExplicit,
  readInteger,
  readNull,
  readOctetString,
  readOid,
  readSmallInteger,
  readString,
  readTime,
  retag,
  SequenceReader,
  TAG,
} from '@tra/asn1';
import { type RevocationReason, reasonOfNumber } from '../crl/reasons.ts';
import { PkiError } from '../errors.ts';
import type { Extension } from '../extensions.ts';
import { type Name, readName } from '../name.ts';
import { type CertId, readCertId } from './cert-id.ts';
import { OCSP } from './oids.ts';
import { detailOf, optionalExtensions, readAnyNonce } from './request.ts';

/** What a responder says about the request as a whole (RFC 6960 section 4.2.1). */
export type OcspResponseStatus = 'successful' | OcspFailure;

/** Why a responder does not answer (RFC 6960 section 2.3). */
export type OcspFailure = 'malformedRequest' | 'internalError' | 'tryLater' | 'sigRequired' | 'unauthorized';

/** Numbers of OCSPResponseStatus. */
export const RESPONSE_STATUS: Readonly<Record<OcspResponseStatus, number>> = {
  successful: 0,
  malformedRequest: 1,
  internalError: 2,
  tryLater: 3,
  sigRequired: 5,
  unauthorized: 6,
};

/** Where an answer says that its status was taken from (RFC 6960 section 4.4.2). */
export interface CrlReference {
  readonly url?: string;
  readonly number?: bigint;
  readonly time?: Date;
}

/** The status of one certificate (RFC 6960 section 4.2.1). */
export interface OcspSingleResponse {
  readonly certId: CertId;
  readonly status: 'good' | 'revoked' | 'unknown';
  readonly revokedAt?: Date;
  readonly reason?: RevocationReason;
  readonly thisUpdate: Date;
  readonly nextUpdate?: Date;
  /** The responder keeps revocations of certificates that expired since this time (RFC 6960 section 4.4.4). */
  readonly archiveCutoff?: Date;
  readonly crlReference?: CrlReference;
  /** OIDs of critical extensions that this package does not process. */
  readonly unknownCritical: readonly string[];
}

/** Who answered: by name or by SHA-1 of the key bits (RFC 6960 section 4.2.2.3). */
export type ResponderId =
  | { readonly kind: 'name'; readonly name: Name }
  | { readonly kind: 'key'; readonly hash: Uint8Array };

/** The signed part of an answer (RFC 6960 section 4.2.1). Nothing about it has been verified yet. */
export interface BasicOcspResponse {
  readonly responderId: ResponderId;
  readonly producedAt: Date;
  readonly responses: readonly OcspSingleResponse[];
  readonly nonce?: Uint8Array;
  /** The responder says revoked for certificates that were never issued (RFC 6960 section 4.4.8). */
  readonly extendedRevoke: boolean;
  readonly unknownCritical: readonly string[];
  /** tbsResponseData, the bytes that are signed. */
  readonly signedBytes: Uint8Array;
  readonly signatureAlgorithm: Uint8Array;
  readonly signature: Uint8Array;
  /** Certificates that came along, as encoded. */
  readonly certificates: readonly Uint8Array[];
}

/** An answer as read (RFC 6960 section 4.2). */
export interface OcspResponse {
  readonly der: Uint8Array;
  readonly status: OcspResponseStatus;
  /** Present when the status is `successful`. */
  readonly basic?: BasicOcspResponse;
}

const maxResponseBytes = 1024 * 1024;
const maxResponses = 4096;
const maxCertificates = 16;

/**
 * Reads a DER OCSPResponse of at most 1 MiB. Strict: no trailing bytes, the basic type only, version 1, bytes exactly when the
 * status is `successful`, no extension twice, at most 4,096 statuses and 16 certificates. Verifies nothing: that is `ocspEvidence`.
 * Throws {@link PkiError} `pki.ocsp_response_invalid`.
 *
 * @example
 * const response = parseOcspResponse(bytes);
 * console.log(response.status, response.basic?.responses[0]?.status);
 */
export function parseOcspResponse(bytes: Uint8Array): OcspResponse {
  try {
    return readResponse(readDer(bytes, { maxBytes: maxResponseBytes }));
  } catch (cause) {
    throw new PkiError('pki.ocsp_response_invalid', { params: { reason: detailOf(cause) }, cause });
  }
}

function refuse(reason: string): PkiError {
  return new PkiError('pki.request_invalid', { params: { reason } });
}

function readResponse(element: DerElement): OcspResponse {
  const reader = new SequenceReader(element, 'OCSPResponse');
  const number = readSmallInteger(reader.take(TAG.enumerated, 'responseStatus'), TAG.enumerated);
  const bytes = reader.takeOptional(contextConstructedTag(0));
  reader.end();
  const [status] = Object.entries(RESPONSE_STATUS).find(([, value]) => value === number) ?? [];
  if (status === undefined) throw refuse('status');
  if ((status === 'successful') !== (bytes !== undefined)) throw refuse('response_bytes');
  const known = { der: element.raw, status: status as OcspResponseStatus };
  return bytes ? { ...known, basic: readResponseBytes(readExplicit(bytes, 'responseBytes')) } : known;
}

function readResponseBytes(element: DerElement): BasicOcspResponse {
  const reader = new SequenceReader(element, 'ResponseBytes');
  const type = readOid(reader.take(TAG.oid, 'responseType'));
  const response = readOctetString(reader.take(TAG.octetString, 'response'));
  reader.end();
  if (type !== OCSP.basic) throw refuse('response_type');
  return readBasic(readDer(response));
}

function readBasic(element: DerElement): BasicOcspResponse {
  const reader = new SequenceReader(element, 'BasicOCSPResponse');
  const data = reader.take(TAG.sequence, 'tbsResponseData');
  const signatureAlgorithm = reader.take(TAG.sequence, 'signatureAlgorithm').raw;
  const signature = readBitStringOctets(reader.take(TAG.bitString, 'signature'));
  const list = reader.takeOptional(contextConstructedTag(0));
  reader.end();
  const certificates = list ? new SequenceReader(readExplicit(list, 'certs'), 'certs').rest() : [];
  if (certificates.length > maxCertificates) throw refuse('certificates');
  return {
    ...readData(data),
    signedBytes: data.raw,
    signatureAlgorithm,
    signature,
    certificates: certificates.map(({ raw }) => raw),
  };
}

type ResponseData = Omit<BasicOcspResponse, 'signedBytes' | 'signatureAlgorithm' | 'signature' | 'certificates'>;

function readData(element: DerElement): ResponseData {
  const reader = new SequenceReader(element, 'ResponseData');
  const version = reader.takeOptional(contextConstructedTag(0));
  if (version && readSmallInteger(readExplicit(version, 'version')) !== 0) throw refuse('version');
  const responderId = readResponderId(reader.take(undefined, 'responderID'));
  const producedAt = readTime(reader.take(TAG.generalizedTime, 'producedAt'));
  const list = new SequenceReader(reader.take(TAG.sequence, 'responses'), 'responses').rest();
  const extensions = optionalExtensions(reader.takeOptional(contextConstructedTag(1)));
  reader.end();
  if (list.length === 0 || list.length > maxResponses) throw refuse('responses');
  const nonce = extensions.get(OCSP.nonce);
  const extended = extensions.get(OCSP.extendedRevoke);
  if (extended) readNull(readDer(extended.value));
  return {
    responderId,
    producedAt,
    responses: list.map(readSingle),
    ...(nonce ? { nonce: readAnyNonce(nonce.value) } : {}),
    extendedRevoke: extended !== undefined,
    unknownCritical: unknownIn(extensions, [OCSP.nonce, OCSP.extendedRevoke]),
  };
}

function unknownIn(extensions: ReadonlyMap<string, Extension>, known: readonly string[]): readonly string[] {
  return [...extensions.values()].flatMap(({ oid, critical }) => (critical && !known.includes(oid) ? [oid] : []));
}

function readResponderId(element: DerElement): ResponderId {
  if (element.tag === contextConstructedTag(1)) {
    const name = readExplicit(element, 'byName');
    new SequenceReader(name, 'Name');
    return { kind: 'name', name: readName(name) };
  }
  if (element.tag !== contextConstructedTag(2)) throw refuse('responder_id');
  const hash = readOctetString(readExplicit(element, 'byKey'));
  if (hash.length !== 20) throw refuse('responder_id');
  return { kind: 'key', hash };
}

function readSingle(element: DerElement): OcspSingleResponse {
  const reader = new SequenceReader(element, 'SingleResponse');
  const certId = readCertId(reader.take(TAG.sequence, 'certID'));
  const status = readStatus(reader.take(undefined, 'certStatus'));
  const thisUpdate = readTime(reader.take(TAG.generalizedTime, 'thisUpdate'));
  const next = reader.takeOptional(contextConstructedTag(0));
  const nextUpdate = next && readGeneralizedTime(readExplicit(next, 'nextUpdate'));
  const extensions = optionalExtensions(reader.takeOptional(contextConstructedTag(1)));
  reader.end();
  const cutoff = extensions.get(OCSP.archiveCutoff);
  const reference = extensions.get(OCSP.crlReference);
  return {
    certId,
    ...status,
    thisUpdate,
    ...(nextUpdate ? { nextUpdate } : {}),
    ...(cutoff ? { archiveCutoff: readGeneralizedTime(readDer(cutoff.value)) } : {}),
    ...(reference ? { crlReference: readCrlReference(reference.value) } : {}),
    unknownCritical: unknownIn(extensions, [OCSP.archiveCutoff, OCSP.crlReference]),
  };
}

function readStatus(element: DerElement): Pick<OcspSingleResponse, 'status' | 'revokedAt' | 'reason'> {
  if (element.tag === contextTag(0) || element.tag === contextTag(2)) {
    readNull(retag(element, TAG.null));
    return { status: element.tag === contextTag(0) ? 'good' : 'unknown' };
  }
  const reader = new SequenceReader(element, 'RevokedInfo', contextConstructedTag(1));
  const revokedAt = readTime(reader.take(TAG.generalizedTime, 'revocationTime'));
  const code = reader.takeOptional(contextConstructedTag(0));
  reader.end();
  if (!code) return { status: 'revoked', revokedAt };
  const reason = reasonOfNumber(readSmallInteger(readExplicit(code, 'revocationReason'), TAG.enumerated));
  if (!reason) throw refuse('revocation_reason');
  return { status: 'revoked', revokedAt, reason };
}

function readGeneralizedTime(element: DerElement): Date {
  expectTag(element, TAG.generalizedTime, 'GeneralizedTime');
  return readTime(element);
}

function readCrlReference(value: Uint8Array): CrlReference {
  const reader = new SequenceReader(readDer(value), 'CrlID');
  const url = reader.takeOptional(contextConstructedTag(0));
  const number = reader.takeOptional(contextConstructedTag(1));
  const time = reader.takeOptional(contextConstructedTag(2));
  reader.end();
  return {
    ...(url ? { url: readString(readExplicit(url, 'crlUrl'), TAG.ia5String) } : {}),
    ...(number ? { number: readInteger(readExplicit(number, 'crlNum')) } : {}),
    ...(time ? { time: readGeneralizedTime(readExplicit(time, 'crlTime')) } : {}),
  };
}
