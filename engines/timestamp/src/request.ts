import {
  contextConstructedTag,
  der,
  readBoolean,
  readDer,
  readIntegerBytes,
  readOid,
  retag,
  SequenceReader,
  TAG,
} from '@tra/asn1';
import { readExtensions } from '@tra/pki';
import { TimestampError } from './errors.ts';
import type { FailureName } from './failure.ts';
import {
  encodeImprint,
  type ImprintAlgorithm,
  imprintFits,
  isStampable,
  knownImprintAt,
  type MessageImprint,
  readImprint,
} from './imprint.ts';

/** Largest request that is read, in octets. */
export const MAX_REQUEST_BYTES: number = 4096;

/** Largest nonce, in octets. */
const maxNonceBytes = 64;

const none: readonly string[] = [];

/** A TimeStampReq as read (RFC 3161 section 2.4.1). */
export interface TimestampRequest {
  readonly imprint: MessageImprint;
  readonly policy?: string;
  /** Content octets of the nonce; it may be negative. */
  readonly nonce?: Uint8Array;
  readonly certReq: boolean;
  /** OIDs of its extensions, critical or not. */
  readonly extensions: readonly string[];
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
  const usual = readUsualRequest(bytes);
  if (usual) return usual;
  const { request, version } = readRequest(bytes);
  if (version.length !== 1 || version[0] !== 1) throw new RequestRefusal('badRequest');
  if (!isStampable(request.imprint.algorithm)) throw new RequestRefusal('badAlg');
  if (!imprintFits(request.imprint) || (request.nonce?.length ?? 0) > maxNonceBytes)
    throw new RequestRefusal('badDataFormat');
  return request;
}

/** Header and version 1 of a request below 128 octets. */
const usualStart = 5;

/**
 * What nearly every client sends, read without making objects: one of the usual imprints, then at most a policy, a short nonce and
 * certReq. Any other octet and the general reader decides; where this one answers, that one gives the same.
 */
function readUsualRequest(bytes: Uint8Array): TimestampRequest | undefined {
  const size = bytes.length;
  const opens = bytes[0] === TAG.sequence && bytes[1] === size - 2 && size < 130;
  if (!opens || bytes[2] !== TAG.integer || bytes[3] !== 1 || bytes[4] !== 1) return undefined;
  const imprint = knownImprintAt(bytes, usualStart);
  if (!imprint) return undefined;
  let at = usualStart + imprint.der.length;
  let policy: string | undefined;
  if (bytes[at] === TAG.oid) {
    const end = at + 2 + (bytes[at + 1] ?? 0);
    policy = end <= size ? usualPolicy(bytes.subarray(at, end)) : undefined;
    if (policy === undefined) return undefined;
    at = end;
  }
  let nonce: Uint8Array | undefined;
  if (bytes[at] === TAG.integer) {
    const length = bytes[at + 1] ?? 0;
    if (length === 0 || length > maxNonceBytes || at + 2 + length > size) return undefined;
    if (length > 1 && isPadded(bytes[at + 2] ?? 0, bytes[at + 3] ?? 0)) return undefined;
    nonce = bytes.subarray(at + 2, at + 2 + length);
    at += 2 + length;
  }
  const certReq = at + 3 === size && bytes[at] === TAG.boolean && bytes[at + 1] === 1 && bytes[at + 2] === 0xff;
  if (!certReq && at !== size) return undefined;
  // Spelled out, as spreading costs more than the reading.
  if (policy && nonce) return { imprint, policy, nonce, certReq, extensions: none };
  if (nonce) return { imprint, nonce, certReq, extensions: none };
  return policy ? { imprint, policy, certReq, extensions: none } : { imprint, certReq, extensions: none };
}

/** Whether an INTEGER that begins so is longer than it needs to be (X.690 clause 8.3.2). */
function isPadded(first: number, second: number): boolean {
  return (first === 0 && second < 0x80) || (first === 0xff && second >= 0x80);
}

/** The policy in a whole element; undefined when the general reader is to say what is wrong with it. */
function usualPolicy(element: Uint8Array): string | undefined {
  try {
    return readOid(readDer(element));
  } catch {
    return undefined;
  }
}

function readRequest(bytes: Uint8Array): { readonly request: TimestampRequest; readonly version: Uint8Array } {
  try {
    const reader = new SequenceReader(readDer(bytes, { maxDepth: 8 }), 'TimeStampReq');
    const version = readIntegerBytes(reader.take(TAG.integer, 'version'));
    const imprint = readImprint(reader.take(TAG.sequence, 'messageImprint'));
    const policy = reader.takeOptional(TAG.oid);
    const nonce = reader.takeOptional(TAG.integer);
    const certReq = reader.takeOptional(TAG.boolean);
    const extensions = reader.takeOptional(contextConstructedTag(0));
    reader.end();
    const facts = {
      imprint,
      certReq: certReq ? readBoolean(certReq) : false,
      extensions: extensions ? [...readExtensions(retag(extensions, TAG.sequence)).keys()] : none,
    };
    if (!policy && !nonce) return { version, request: facts };
    return {
      version,
      request: {
        ...facts,
        ...(policy ? { policy: readOid(policy) } : {}),
        ...(nonce ? { nonce: readIntegerBytes(nonce) } : {}),
      },
    };
  } catch (cause) {
    throw new RequestRefusal('badDataFormat', cause);
  }
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
