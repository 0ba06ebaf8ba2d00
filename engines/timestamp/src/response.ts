import {
  type DerElement,
  der,
  readDer,
  readNamedBits,
  readSmallInteger,
  readString,
  SequenceReader,
  TAG,
} from '@tra/asn1';
import { TimestampError } from './errors.ts';
import { FAILURE_BITS, type FailureName } from './failure.ts';

/** PKIStatus values of RFC 3161 section 2.4.2 by number. */
const statusNames = [
  'granted',
  'grantedWithMods',
  'rejection',
  'waiting',
  'revocationWarning',
  'revocationNotification',
] as const;

/** PKIStatus. */
export type PkiStatus = (typeof statusNames)[number];

/** A TimeStampResp as read. */
export interface TimestampResponse {
  readonly status: PkiStatus;
  readonly statusText: readonly string[];
  readonly failures: readonly FailureName[];
  /** The token (a CMS ContentInfo) as encoded, not verified. */
  readonly token?: Uint8Array;
}

const maxResponseBytes = 1024 * 1024;

/** Reads a DER TimeStampResp (RFC 3161 section 2.4.2). Throws {@link TimestampError} `timestamp.response_invalid`. */
export function parseResponse(bytes: Uint8Array): TimestampResponse {
  try {
    const reader = new SequenceReader(readDer(bytes, { maxBytes: maxResponseBytes }), 'TimeStampResp');
    const status = readStatus(reader.take(TAG.sequence, 'status'));
    const token = reader.takeOptional(TAG.sequence);
    reader.end();
    const granted = status.status === 'granted' || status.status === 'grantedWithMods';
    if (granted !== (token !== undefined))
      throw new TimestampError('timestamp.response_invalid', { params: { reason: 'token' } });
    return { ...status, ...(token ? { token: token.raw } : {}) };
  } catch (cause) {
    if (cause instanceof TimestampError) throw cause;
    throw new TimestampError('timestamp.response_invalid', { cause });
  }
}

function readStatus(element: DerElement): Omit<TimestampResponse, 'token'> {
  const reader = new SequenceReader(element, 'PKIStatusInfo');
  const status = statusNames[readSmallInteger(reader.take(TAG.integer, 'status'))];
  const text = reader.takeOptional(TAG.sequence);
  const failInfo = reader.takeOptional(TAG.bitString);
  reader.end();
  if (!status) throw new TimestampError('timestamp.response_invalid', { params: { reason: 'status' } });
  const bits = failInfo ? readNamedBits(failInfo) : new Set<number>();
  const names = Object.keys(FAILURE_BITS) as FailureName[];
  return {
    status,
    statusText: text
      ? new SequenceReader(text, 'PKIFreeText').rest().map((item) => readString(item, TAG.utf8String))
      : [],
    failures: names.filter((name) => bits.has(FAILURE_BITS[name])),
  };
}

/** Encodes a rejection with one failure bit and a short English text. */
export function encodeRejection(failure: FailureName, text: string): Uint8Array {
  return der.sequence(
    der.sequence(der.integer(2), der.sequence(der.utf8String(text)), der.namedBits([FAILURE_BITS[failure]])),
  );
}
