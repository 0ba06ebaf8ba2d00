import { createHash } from 'node:crypto';
import { der, TAG } from '@tra/asn1';
import { concatBytes, equalBytes, type Signer } from '@tra/kernel';
import { signatureAlgorithmIdentifier } from '../algorithms.ts';
import type { Certificate } from '../certificate.ts';
import { type RevocationReason, reasonNumber } from '../crl/reasons.ts';
import { PkiError } from '../errors.ts';
import { certificateOf, keyBits } from './cert-id.ts';
import { OCSP } from './oids.ts';
import { nonceExtension } from './request.ts';
import { type OcspFailure, RESPONSE_STATUS } from './response.ts';

/** The status of one certificate to put into an answer. */
export interface OcspStatus {
  /** Encoded CertID, as the client sent it or from `certIdOf`. */
  readonly certId: Uint8Array;
  /** `non-issued` is said as RFC 6960 section 2.2 demands: revoked, on hold since 1970. */
  readonly status: 'good' | 'revoked' | 'unknown' | 'non-issued';
  /** Needed with `revoked`. */
  readonly revokedAt?: Date;
  /** `unspecified` is left out. */
  readonly reason?: RevocationReason;
  readonly thisUpdate: Date;
  readonly nextUpdate?: Date;
  /** Since when the responder remembers revocations of expired certificates (RFC 6960 section 4.4.4). */
  readonly archiveCutoff?: Date;
}

/** One answer to make. */
export interface OcspAnswer {
  readonly responses: readonly OcspStatus[];
  readonly producedAt: Date;
  /** The client's nonce, 1 to 128 octets. */
  readonly nonce?: Uint8Array;
}

/** Makes answers under one key. */
export interface OcspResponder {
  /** Encodes and signs one answer: one signature is all the work that matters. Throws {@link PkiError} `pki.request_invalid`. */
  respond(answer: OcspAnswer): Promise<Uint8Array>;
}

/** Input of {@link createOcspResponder}. */
export interface OcspResponderOptions {
  readonly signer: Signer;
  /** Certificate of the signer: the issuing CA's own or a delegated responder's. */
  readonly responder: Uint8Array | Certificate;
  /** Whether the certificate goes along; needed when it is not the issuing CA's own. True unless told. */
  readonly includeCertificate?: boolean;
  /** How the responder is named; by key unless told (shorter). */
  readonly responderId?: 'key' | 'name';
}

type Chunks = Uint8Array[];

const headers = new Map<number, Uint8Array>();

/** Identifier and length octets, kept: answers have few different lengths. */
function header(tag: number, length: number): Uint8Array {
  const key = length * 256 + tag;
  let found = headers.get(key);
  if (!found) {
    const empty = der.element(tag, new Uint8Array(length));
    found = empty.slice(0, empty.length - length);
    if (length < 4096) headers.set(key, found);
  }
  return found;
}

function wrap(tag: number, ...parts: readonly Uint8Array[]): Chunks {
  let length = 0;
  for (const part of parts) length += part.length;
  return [header(tag, length), ...parts];
}

const status = {
  good: Uint8Array.of(0x80, 0),
  unknown: Uint8Array.of(0x82, 0),
  'non-issued': revokedInfo(new Date(0), 'certificateHold'),
};
const extendedRevoke: Uint8Array = der.sequence(der.oid(OCSP.extendedRevoke), der.octetString(der.nullValue()));

function revokedInfo(at: Date, reason: RevocationReason | undefined): Uint8Array {
  const number = reason === undefined || reason === 'unspecified' ? undefined : reasonNumber(reason);
  const code = number === undefined ? [] : [der.explicit(0, der.element(TAG.enumerated, Uint8Array.of(number)))];
  return der.element(0xa1, der.generalizedTime(at), ...code);
}

/** GeneralizedTime to the second; the last one is kept, since many answers share it. */
function timeWriter(): (date: Date) => Uint8Array {
  let second = Number.NaN;
  let bytes: Uint8Array = new Uint8Array(0);
  return (date) => {
    const asked = Math.floor(date.getTime() / 1000);
    if (asked !== second) {
      bytes = der.generalizedTime(date);
      second = asked;
    }
    return bytes;
  };
}

/**
 * A responder that answers under `signer`. All that does not change from answer to answer is encoded once, here.
 * Throws {@link PkiError} `pki.request_invalid` when the certificate is not the signer's.
 *
 * @example
 * const responder = createOcspResponder({ signer, responder: certificate });
 * const bytes = await responder.respond({ responses: [{ certId, status: 'good', thisUpdate, nextUpdate }], producedAt });
 */
export function createOcspResponder(options: OcspResponderOptions): OcspResponder {
  const { signer, includeCertificate = true } = options;
  const certificate = certificateOf(options.responder);
  if (!equalBytes(certificate.publicKey, signer.publicKey)) throw refuse('signer');
  const algorithm = signatureAlgorithmIdentifier(signer.algorithm);
  const id =
    options.responderId === 'name'
      ? der.explicit(1, certificate.subject.der)
      : der.explicit(2, der.octetString(createHash('sha1').update(keyBits(certificate.publicKey)).digest()));
  const certificates = includeCertificate ? der.explicit(0, der.sequence(certificate.der)) : new Uint8Array(0);
  const basicType = der.oid(OCSP.basic);
  const times = { produced: timeWriter(), current: timeWriter(), next: timeWriter() };
  return {
    respond: async (answer) => {
      const tbs = concatBytes(...responseData(id, answer, times));
      const signature = await signer.sign(tbs);
      const bits = wrap(TAG.bitString, Uint8Array.of(0), signature);
      const basic = wrap(TAG.sequence, tbs, algorithm, ...bits, certificates);
      const bytes = wrap(TAG.sequence, basicType, ...wrap(TAG.octetString, ...basic));
      return concatBytes(...wrap(TAG.sequence, successful, ...wrap(0xa0, ...bytes)));
    },
  };
}

const successful: Uint8Array = Uint8Array.of(TAG.enumerated, 1, 0);

interface Times {
  readonly produced: (date: Date) => Uint8Array;
  readonly current: (date: Date) => Uint8Array;
  readonly next: (date: Date) => Uint8Array;
}

function responseData(id: Uint8Array, { responses, producedAt, nonce }: OcspAnswer, times: Times): Chunks {
  if (responses.length === 0) throw refuse('responses');
  const singles = responses.flatMap((response) => singleResponse(response, times));
  const extensions: Uint8Array[] = [];
  if (nonce) extensions.push(nonceExtension(nonce));
  if (responses.some((response) => response.status === 'non-issued')) extensions.push(extendedRevoke);
  const list = extensions.length > 0 ? wrap(0xa1, ...wrap(TAG.sequence, ...extensions)) : [];
  return wrap(TAG.sequence, id, times.produced(producedAt), ...wrap(TAG.sequence, ...singles), ...list);
}

function singleResponse(response: OcspStatus, times: Times): Chunks {
  const { certId, revokedAt, reason, thisUpdate, nextUpdate, archiveCutoff } = response;
  if (nextUpdate && nextUpdate < thisUpdate) throw refuse('ocsp_times');
  if ((response.status === 'revoked') !== (revokedAt !== undefined)) throw refuse('revoked_at');
  const certStatus =
    response.status === 'revoked' ? revokedInfo(revokedAt ?? new Date(0), reason) : status[response.status];
  const next = nextUpdate ? wrap(0xa0, times.next(nextUpdate)) : [];
  const cutoff = archiveCutoff ? [der.explicit(1, der.sequence(archiveExtension(archiveCutoff)))] : [];
  return wrap(TAG.sequence, certId, certStatus, times.current(thisUpdate), ...next, ...cutoff);
}

function archiveExtension(cutoff: Date): Uint8Array {
  return der.sequence(der.oid(OCSP.archiveCutoff), der.octetString(der.generalizedTime(cutoff)));
}

function refuse(reason: string): PkiError {
  return new PkiError('pki.request_invalid', { params: { reason } });
}

/**
 * Encodes and signs one answer (RFC 6960 section 4.2); for many use {@link createOcspResponder}. Throws {@link PkiError}
 * `pki.request_invalid` when the signer is not the responder's key, times are out of order, or a nonce is too long.
 *
 * @example
 * const bytes = await buildOcspResponse({ signer, responder, producedAt: now, responses: [{ certId, status: 'good', thisUpdate: now }] });
 */
export async function buildOcspResponse({
  responses,
  producedAt,
  nonce,
  ...options
}: OcspResponderOptions & OcspAnswer): Promise<Uint8Array> {
  return createOcspResponder(options).respond({ responses, producedAt, ...(nonce ? { nonce } : {}) });
}

/** The unsigned answer that says why there is none (RFC 6960 section 2.3): five constant octets. */
export function ocspFailure(failure: OcspFailure): Uint8Array {
  return der.sequence(Uint8Array.of(TAG.enumerated, 1, RESPONSE_STATUS[failure]));
}
