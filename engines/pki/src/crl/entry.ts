import { readDer, readIntegerBytes, readSmallInteger, readTime, SequenceReader, TAG } from '@tra/asn1';
import { toHex } from '@tra/kernel';
import { type Extension, readExtensions, readGeneralNames } from '../extensions.ts';
import type { Name } from '../name.ts';
import { EXTENSION } from '../oids.ts';
import { type RevocationReason, reasonOfNumber } from './reasons.ts';
import { crlFault } from './refusal.ts';

/** One entry of a CRL. */
export interface RevokedEntry {
  /** Content octets of the serial number, lower-case hexadecimal. */
  readonly serialHex: string;
  readonly date: Date;
  readonly reason?: RevocationReason;
  /** When the key was or is thought to have become unsafe, which may be before `date` (RFC 5280 section 5.3.2). */
  readonly invalidityDate?: Date;
  /** Whose certificate it is, in an indirect CRL: named in this entry or in the last one before it that names somebody. */
  readonly certificateIssuer?: Name;
  /** OIDs of critical entry extensions that this package does not process. */
  readonly unknownCritical: readonly string[];
}

const known: ReadonlySet<string> = new Set([
  EXTENSION.reasonCode,
  EXTENSION.certificateIssuer,
  EXTENSION.invalidityDate,
]);
const noExtensions: ReadonlyMap<string, Extension> = new Map();
const maxEntryExtensions = 16;

/** Decodes one entry. `previousIssuer` is whom the entry before it belongs to. Throws `Asn1Error` or `PkiError`. */
export function decodeEntry(bytes: Uint8Array, previousIssuer: Name | undefined): RevokedEntry {
  const reader = new SequenceReader(readDer(bytes), 'revokedCertificate');
  const serialHex = toHex(readIntegerBytes(reader.take(TAG.integer, 'userCertificate')));
  const date = readTime(reader.take(undefined, 'revocationDate'));
  const extensionsField = reader.takeOptional(TAG.sequence);
  reader.end();
  const extensions = extensionsField ? readExtensions(extensionsField) : noExtensions;
  if (extensions.size > maxEntryExtensions) throw crlFault('entry_extensions');
  const reason = readReason(extensions.get(EXTENSION.reasonCode));
  const invalidityDate = readInvalidityDate(extensions.get(EXTENSION.invalidityDate));
  const certificateIssuer = readCertificateIssuer(extensions.get(EXTENSION.certificateIssuer)) ?? previousIssuer;
  return {
    serialHex,
    date,
    ...(reason ? { reason } : {}),
    ...(invalidityDate ? { invalidityDate } : {}),
    ...(certificateIssuer ? { certificateIssuer } : {}),
    unknownCritical: [...extensions.values()]
      .filter(({ oid, critical }) => critical && !known.has(oid))
      .map(({ oid }) => oid),
  };
}

/** Section 5.3.1: non-critical, and 7 is not a reason. */
function readReason(extension: Extension | undefined): RevocationReason | undefined {
  if (!extension) return undefined;
  const reason = reasonOfNumber(readSmallInteger(readDer(extension.value), TAG.enumerated));
  if (!reason || extension.critical) throw crlFault('reason_code');
  return reason;
}

/** Section 5.3.2: non-critical, GeneralizedTime in whole seconds. */
function readInvalidityDate(extension: Extension | undefined): Date | undefined {
  if (!extension) return undefined;
  const element = readDer(extension.value);
  if (extension.critical || element.tag !== TAG.generalizedTime || element.content.length !== 15)
    throw crlFault('invalidity_date');
  return readTime(element);
}

/** Section 5.3.3: critical, with the distinguished name of the certificate's issuer. */
function readCertificateIssuer(extension: Extension | undefined): Name | undefined {
  if (!extension) return undefined;
  const names = readGeneralNames(extension.value).flatMap((name) => (name.kind === 'directory' ? [name.name] : []));
  const [name, ...more] = names;
  if (!extension.critical || !name || more.length > 0 || name.rdns.length === 0) throw crlFault('certificate_issuer');
  return name;
}
