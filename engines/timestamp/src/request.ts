import {
  contextConstructedTag,
  der,
  readBoolean,
  readDer,
  readIntegerBytes,
  readOid,
  SequenceReader,
  TAG,
} from '@tra/asn1';
import { TimestampError } from './errors.ts';
import type { FailureName } from './failure.ts';
import {
  encodeImprint,
  type ImprintAlgorithm,
  imprintFits,
  isStampable,
  type MessageImprint,
  readImprint,
} from './imprint.ts';

/** Largest request that is read, in octets. */
export const MAX_REQUEST_BYTES: number = 4096;

/** Largest nonce, in octets. */
const maxNonceBytes = 64;

/** A TimeStampReq as read (RFC 3161 section 2.4.1). */
export interface TimestampRequest {
  readonly imprint: MessageImprint;
  readonly policy?: string;
  /** Content octets of the nonce; it may be negative. */
  readonly nonce?: Uint8Array;
  readonly certReq: boolean;
  readonly hasExtensions: boolean;
}

/** A request that must be refused, with the bit to set in the answer. */
export class RequestRefusal extends TimestampError {
  readonly failure: FailureName;

  constructor(failure: FailureName, cause?: unknown) {
    super('timestamp.request_invalid', { params: { failure }, ...(cause === undefined ? {} : { cause }) });
    this.failure = failure;
  }
}

/**
 * Reads a DER TimeStampReq strictly: at most 4096 octets, version 1, no trailing bytes, hash length as its algorithm demands, nonce
 * up to 64 octets. Throws {@link RequestRefusal} whose `failure` is `badDataFormat`, `badRequest` or `badAlg`.
 */
export function parseRequest(bytes: Uint8Array): TimestampRequest {
  if (bytes.length > MAX_REQUEST_BYTES) throw new RequestRefusal('badDataFormat');
  let request: TimestampRequest & { readonly version: Uint8Array };
  try {
    request = readRequest(bytes);
  } catch (cause) {
    throw new RequestRefusal('badDataFormat', cause);
  }
  const { version, ...rest } = request;
  if (version.length !== 1 || version[0] !== 1) throw new RequestRefusal('badRequest');
  if (!isStampable(rest.imprint.algorithm)) throw new RequestRefusal('badAlg');
  if (!imprintFits(rest.imprint) || (rest.nonce?.length ?? 0) > maxNonceBytes)
    throw new RequestRefusal('badDataFormat');
  return rest;
}

function readRequest(bytes: Uint8Array): TimestampRequest & { readonly version: Uint8Array } {
  const reader = new SequenceReader(readDer(bytes, { maxDepth: 8 }), 'TimeStampReq');
  const version = readIntegerBytes(reader.take(TAG.integer, 'version'));
  const imprint = readImprint(reader.take(TAG.sequence, 'messageImprint'));
  const policy = reader.takeOptional(TAG.oid);
  const nonce = reader.takeOptional(TAG.integer);
  const certReq = reader.takeOptional(TAG.boolean);
  const extensions = reader.takeOptional(contextConstructedTag(0));
  reader.end();
  return {
    version,
    imprint,
    ...(policy ? { policy: readOid(policy) } : {}),
    ...(nonce ? { nonce: readIntegerBytes(nonce) } : {}),
    certReq: certReq ? readBoolean(certReq) : false,
    hasExtensions: extensions !== undefined,
  };
}

/** Input of {@link createRequest}. */
export interface CreateRequestOptions {
  readonly algorithm: ImprintAlgorithm;
  /** The digest of the data. */
  readonly value: Uint8Array;
  readonly policy?: string;
  /** Random octets; taken as an unsigned number. */
  readonly nonce?: Uint8Array;
  /** Whether the token is to hold the authority's certificates; true unless told. */
  readonly certReq?: boolean;
}

/** Encodes a TimeStampReq. Throws {@link TimestampError} when digest and algorithm do not fit. */
export function createRequest(options: CreateRequestOptions): Uint8Array {
  const { algorithm, value, policy, nonce, certReq = true } = options;
  return der.sequence(
    der.integer(1),
    encodeImprint(algorithm, value),
    policy === undefined ? undefined : der.oid(policy),
    nonce && der.unsignedInteger(nonce),
    certReq ? der.boolean(true) : undefined,
  );
}
