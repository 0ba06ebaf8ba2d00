import { type DerElement, der, readOctetString, readOid, SequenceReader, TAG } from '@tra/asn1';
import { type DigestName, digestOfOid, oidOfDigest } from '@tra/pki';
import { TimestampError } from './errors.ts';

/** Digests under which an authority may stamp; tokens of others may carry more. */
export type ImprintAlgorithm = 'sha256' | 'sha384' | 'sha512' | 'sha3-256' | 'sha3-384' | 'sha3-512';

/** All {@link ImprintAlgorithm}s. */
export const IMPRINT_ALGORITHMS: readonly ImprintAlgorithm[] = [
  'sha256',
  'sha384',
  'sha512',
  'sha3-256',
  'sha3-384',
  'sha3-512',
];

const stampable: ReadonlySet<string> = new Set(IMPRINT_ALGORITHMS);

const lengths: Readonly<Record<DigestName, number>> = {
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

/** MessageImprint as read (RFC 3161 section 2.4.1). */
export interface MessageImprint {
  readonly algorithmOid: string;
  /** Undefined for a hash algorithm that this product does not know. */
  readonly algorithm?: DigestName;
  readonly value: Uint8Array;
  /** The encoded MessageImprint. */
  readonly der: Uint8Array;
}

/** What stands before the digest in an imprint that clients send every day: header, AlgorithmIdentifier with NULL or without, header. */
interface KnownForm {
  readonly algorithm: ImprintAlgorithm;
  readonly algorithmOid: string;
  readonly prefix: Uint8Array;
  readonly length: number;
}

const knownForms: readonly KnownForm[] = IMPRINT_ALGORITHMS.flatMap((algorithm) =>
  [der.nullValue(), undefined].map((parameters) => {
    const algorithmOid = oidOfDigest(algorithm);
    const size = lengths[algorithm];
    const whole = der.sequence(der.sequence(der.oid(algorithmOid), parameters), der.octetString(new Uint8Array(size)));
    return { algorithm, algorithmOid, prefix: whole.subarray(0, whole.length - size), length: whole.length };
  }),
);

function hasForm(bytes: Uint8Array, at: number, { prefix, length }: KnownForm): boolean {
  if (bytes.length - at < length) return false;
  for (let offset = 0; offset < prefix.length; offset += 1) if (bytes[at + offset] !== prefix[offset]) return false;
  return true;
}

/** The imprint that begins at `at` when it has one of the usual forms; what has another form may be right all the same. */
export function knownImprintAt(bytes: Uint8Array, at: number): MessageImprint | undefined {
  for (const form of knownForms) {
    if (!hasForm(bytes, at, form)) continue;
    return new KnownImprint(form, bytes.subarray(at, at + form.length));
  }
  return undefined;
}

/** An imprint of a usual form, whose digest is cut out when it is asked for. */
class KnownImprint implements MessageImprint {
  readonly algorithmOid: string;
  readonly algorithm: ImprintAlgorithm;
  readonly der: Uint8Array;
  readonly #start: number;

  constructor({ algorithmOid, algorithm, prefix }: KnownForm, encoded: Uint8Array) {
    this.algorithmOid = algorithmOid;
    this.algorithm = algorithm;
    this.der = encoded;
    this.#start = prefix.length;
  }

  get value(): Uint8Array {
    return this.der.subarray(this.#start);
  }
}

/** Reads a MessageImprint element. Throws `Asn1Error`. */
export function readImprint(element: DerElement): MessageImprint {
  const reader = new SequenceReader(element, 'MessageImprint');
  const identifier = new SequenceReader(reader.take(TAG.sequence, 'hashAlgorithm'), 'hashAlgorithm');
  const algorithmOid = readOid(identifier.take(TAG.oid, 'algorithm'));
  const parameters = identifier.takeOptional(TAG.null);
  identifier.end();
  const value = readOctetString(reader.take(TAG.octetString, 'hashedMessage'));
  reader.end();
  const algorithm = digestOfOid(algorithmOid);
  if (parameters && parameters.content.length > 0)
    throw new TimestampError('timestamp.request_invalid', { params: { reason: 'parameters' } });
  return { algorithmOid, ...(algorithm ? { algorithm } : {}), value, der: element.raw };
}

/** Whether the hash has the length of its algorithm. */
export function imprintFits({ algorithm, value }: MessageImprint): boolean {
  return algorithm !== undefined && lengths[algorithm] === value.length;
}

/** Encodes a MessageImprint. Throws {@link TimestampError}: `timestamp.digest_unsupported`, `timestamp.digest_length`. */
export function encodeImprint(algorithm: ImprintAlgorithm, value: Uint8Array): Uint8Array {
  if (!isStampable(algorithm))
    throw new TimestampError('timestamp.digest_unsupported', { params: { algorithm: String(algorithm) } });
  if (lengths[algorithm] !== value.length)
    throw new TimestampError('timestamp.digest_length', { params: { algorithm, length: value.length } });
  // RFC 5754 section 2 and RFC 8702 section 2: parameters of SHA-2 and SHA-3 are absent; NULL is what RFC 3161 clients send for SHA-2.
  const parameters = algorithm.startsWith('sha3') ? undefined : der.nullValue();
  return der.sequence(der.sequence(der.oid(oidOfDigest(algorithm)), parameters), der.octetString(value));
}

/** Whether tokens may be issued for digests of `algorithm`. */
export function isStampable(algorithm: DigestName | undefined): algorithm is ImprintAlgorithm {
  return algorithm !== undefined && stampable.has(algorithm);
}
