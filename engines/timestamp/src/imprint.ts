import { type DerElement, der, readOctetString, readOid, SequenceReader, TAG } from '@tra/asn1';
import { type DigestName, digestOfOid, oidOfDigest } from '@tra/pki';
import { TimestampError } from './errors.ts';

/** Digests under which this authority stamps; tokens of others may carry more. */
export type ImprintAlgorithm = 'sha256' | 'sha384' | 'sha512';

const lengths: Readonly<Record<string, number>> = {
  sha1: 20,
  sha224: 28,
  sha256: 32,
  sha384: 48,
  sha512: 64,
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
  return der.sequence(der.sequence(der.oid(oidOfDigest(algorithm)), der.nullValue()), der.octetString(value));
}

/** Whether this authority stamps digests of `algorithm`. */
export function isStampable(algorithm: DigestName | undefined): algorithm is ImprintAlgorithm {
  return algorithm === 'sha256' || algorithm === 'sha384' || algorithm === 'sha512';
}
