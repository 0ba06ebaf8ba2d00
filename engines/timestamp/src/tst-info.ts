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
import { type GeneralName, readExtensions, readGeneralName } from '@tra/pki';
import { TimestampError } from './errors.ts';
import { type MessageImprint, readImprint } from './imprint.ts';

/** qcStatements (RFC 3739 section 3.2.6), and the statement of a qualified time-stamp (ETSI EN 319 422 clause 9.1). */
export const QUALIFIED: { readonly extension: '1.3.6.1.5.5.7.1.3'; readonly statement: '0.4.0.19422.1.1' } = {
  extension: '1.3.6.1.5.5.7.1.3',
  statement: '0.4.0.19422.1.1',
};

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
  /** Name of the authority as stated. */
  readonly tsaName?: GeneralName;
  /** OIDs of critical extensions: none are understood. */
  readonly criticalExtensions: readonly string[];
  /** Whether the token states that it is a qualified one (ETSI EN 319 422 clause 9.1); what the statement is worth is for a trusted list to say. */
  readonly qualified: boolean;
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
    ...(name ? { tsaName: name } : {}),
    ...readTstExtensions(extensions),
  };
}

function readTstExtensions(element: DerElement | undefined): Pick<TstInfo, 'criticalExtensions' | 'qualified'> {
  if (!element) return { criticalExtensions: [], qualified: false };
  const all = readExtensions(retag(element, TAG.sequence));
  const criticalExtensions = [...all.values()].filter(({ critical }) => critical).map(({ oid }) => oid);
  const statements = all.get(QUALIFIED.extension);
  return { criticalExtensions, qualified: statements !== undefined && statesQualified(statements.value) };
}

function statesQualified(value: Uint8Array): boolean {
  try {
    return new SequenceReader(readDer(value), 'QCStatements').rest().some((statement) => {
      const reader = new SequenceReader(statement, 'QCStatement');
      return readOid(reader.take(TAG.oid, 'statementId')) === QUALIFIED.statement;
    });
  } catch {
    // The extension is not critical: what cannot be read in it states nothing.
    return false;
  }
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

/** Encodes an Accuracy. */
export function encodeAccuracy({ seconds, millis, micros }: Accuracy): Uint8Array {
  return der.sequence(
    seconds === undefined ? undefined : der.integer(seconds),
    millis === undefined ? undefined : der.integer(millis, contextTag(0)),
    micros === undefined ? undefined : der.integer(micros, contextTag(1)),
  );
}
