import {
  contextConstructedTag,
  contextTag,
  type DerElement,
  der,
  readBoolean,
  readDer,
  readExplicit,
  readIntegerBytes,
  readOid,
  readSmallInteger,
  readTime,
  retag,
  SequenceReader,
  TAG,
} from '@tra/asn1';
import { toHex } from '@tra/kernel';
import { readExtensions, readGeneralName } from '@tra/pki';
import { TimestampError } from './errors.ts';
import { type MessageImprint, readImprint } from './imprint.ts';

/** How far genTime may be from UTC. */
export interface Accuracy {
  readonly seconds?: number;
  /** 1 to 999. */
  readonly millis?: number;
  /** 1 to 999. */
  readonly micros?: number;
}

/** TSTInfo as read (RFC 3161 section 2.4.2). */
export interface TstInfo {
  readonly policy: string;
  readonly imprint: MessageImprint;
  /** Content octets of the serial number, hexadecimal. */
  readonly serialHex: string;
  readonly genTime: Date;
  readonly accuracy?: Accuracy;
  readonly ordering: boolean;
  /** Content octets. */
  readonly nonce?: Uint8Array;
  /** Name of the authority in RFC 4514 form when it is a directory name. */
  readonly tsa?: string;
  /** OIDs of critical extensions: none are understood. */
  readonly criticalExtensions: readonly string[];
}

/** Reads the DER of a TSTInfo. Throws `Asn1Error`, or {@link TimestampError} `timestamp.token_invalid` for another version. */
export function readTstInfo(bytes: Uint8Array): TstInfo {
  const reader = new SequenceReader(readDer(bytes, { maxBytes: 65_536 }), 'TSTInfo');
  if (readSmallInteger(reader.take(TAG.integer, 'version')) !== 1) {
    throw new TimestampError('timestamp.token_invalid', { params: { reason: 'version' } });
  }
  const policy = readOid(reader.take(TAG.oid, 'policy'));
  const imprint = readImprint(reader.take(TAG.sequence, 'messageImprint'));
  const serialHex = toHex(readIntegerBytes(reader.take(TAG.integer, 'serialNumber')));
  const genTime = readTime(reader.take(TAG.generalizedTime, 'genTime'));
  const accuracy = reader.takeOptional(TAG.sequence);
  const ordering = reader.takeOptional(TAG.boolean);
  const nonce = reader.takeOptional(TAG.integer);
  const tsa = reader.takeOptional(contextConstructedTag(0));
  const extensions = reader.takeOptional(contextConstructedTag(1));
  reader.end();
  const name = tsa && readGeneralName(readExplicit(tsa, 'tsa'));
  return {
    policy,
    imprint,
    serialHex,
    genTime,
    ...(accuracy ? { accuracy: readAccuracy(accuracy) } : {}),
    ordering: ordering ? readBoolean(ordering) : false,
    ...(nonce ? { nonce: readIntegerBytes(nonce) } : {}),
    ...(name?.kind === 'directory' ? { tsa: name.name.text } : {}),
    criticalExtensions: extensions ? criticalOf(extensions) : [],
  };
}

function criticalOf(extensions: DerElement): readonly string[] {
  const all = readExtensions(retag(extensions, TAG.sequence));
  return [...all.values()].filter(({ critical }) => critical).map(({ oid }) => oid);
}

function readAccuracy(element: DerElement): Accuracy {
  const reader = new SequenceReader(element, 'Accuracy');
  const seconds = reader.takeOptional(TAG.integer);
  const millis = reader.takeOptional(contextTag(0));
  const micros = reader.takeOptional(contextTag(1));
  reader.end();
  return {
    ...(seconds ? { seconds: readSmallInteger(seconds) } : {}),
    ...(millis ? { millis: readSmallInteger(millis, contextTag(0)) } : {}),
    ...(micros ? { micros: readSmallInteger(micros, contextTag(1)) } : {}),
  };
}

/** Input of {@link encodeTstInfo}. */
export interface TstInfoFields {
  readonly policy: string;
  /** Encoded MessageImprint, copied as it came. */
  readonly imprint: Uint8Array;
  readonly serial: Uint8Array;
  readonly genTime: Date;
  readonly accuracy?: Accuracy;
  /** Content octets, copied as they came. */
  readonly nonce?: Uint8Array;
}

/** Encodes a TSTInfo; ordering is false and left out. */
export function encodeTstInfo({ policy, imprint, serial, genTime, accuracy, nonce }: TstInfoFields): Uint8Array {
  return der.sequence(
    der.integer(1),
    der.oid(policy),
    imprint,
    der.unsignedInteger(serial),
    der.generalizedTime(genTime, 'millisecond'),
    accuracy && encodeAccuracy(accuracy),
    nonce && der.element(TAG.integer, nonce),
  );
}

function encodeAccuracy({ seconds, millis, micros }: Accuracy): Uint8Array {
  return der.sequence(
    seconds === undefined ? undefined : der.integer(seconds),
    millis === undefined ? undefined : der.integer(millis, contextTag(0)),
    micros === undefined ? undefined : der.integer(micros, contextTag(1)),
  );
}
