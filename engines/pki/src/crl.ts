import {
  boundsAt,
  contextConstructedTag,
  contextTag,
  type DerElement,
  readBitStringOctets,
  readBoolean,
  readDer,
  readExplicit,
  readIntegerBytes,
  readNamedBits,
  readSmallInteger,
  readTime,
  retag,
  SequenceReader,
  TAG,
} from '@tra/asn1';
import { equalBytes, fromHex, toHex } from '@tra/kernel';
import { reasonOf } from './certificate.ts';
import { PkiError } from './errors.ts';
import {
  type AuthorityKeyIdentifier,
  type DistributionPointName,
  type Extension,
  type ReasonFlags,
  readAuthorityKeyIdentifier,
  readDirectoryName,
  readDistributionPointName,
  readExtensions,
} from './extensions.ts';
import { type Name, readName } from './name.ts';
import { EXTENSION } from './oids.ts';

/** Why a certificate was revoked (RFC 5280 section 5.3.1). */
export type RevocationReason =
  | 'unspecified'
  | 'keyCompromise'
  | 'cACompromise'
  | 'affiliationChanged'
  | 'superseded'
  | 'cessationOfOperation'
  | 'certificateHold'
  | 'removeFromCRL'
  | 'privilegeWithdrawn'
  | 'aACompromise';

const reasonNumbers: ReadonlyMap<number, RevocationReason> = new Map([
  [0, 'unspecified'],
  [1, 'keyCompromise'],
  [2, 'cACompromise'],
  [3, 'affiliationChanged'],
  [4, 'superseded'],
  [5, 'cessationOfOperation'],
  [6, 'certificateHold'],
  [8, 'removeFromCRL'],
  [9, 'privilegeWithdrawn'],
  [10, 'aACompromise'],
]);

/** Number of a reason in CRLReason. */
export function reasonNumber(reason: RevocationReason): number {
  for (const [number, name] of reasonNumbers) if (name === reason) return number;
  throw new PkiError('pki.request_invalid', { params: { reason } });
}

/** One entry of a CRL. */
export interface RevokedEntry {
  readonly serialHex: string;
  readonly date: Date;
  readonly reason?: RevocationReason;
  /** Whose certificate it is, when the entry itself says so (indirect CRLs). */
  readonly certificateIssuer?: Name;
  readonly unknownCritical: readonly string[];
}

/** IssuingDistributionPoint (RFC 5280 section 5.2.5). */
export interface IssuingDistributionPoint {
  readonly name?: DistributionPointName;
  readonly onlyUserCerts: boolean;
  readonly onlyCaCerts: boolean;
  readonly onlyAttributeCerts: boolean;
  readonly onlySomeReasons?: ReasonFlags;
  readonly indirect: boolean;
}

/** A certificate revocation list as read (RFC 5280 section 5). Nothing about it has been verified yet. */
export interface Crl {
  readonly der: Uint8Array;
  readonly issuer: Name;
  readonly thisUpdate: Date;
  readonly nextUpdate?: Date;
  /** tbsCertList, the bytes that are signed. */
  readonly signedBytes: Uint8Array;
  readonly signatureAlgorithm: Uint8Array;
  readonly signature: Uint8Array;
  readonly extensions: ReadonlyMap<string, Extension>;
  /** OIDs of critical CRL extensions that this package does not process. */
  readonly unknownCritical: readonly string[];
  /** Content octets of the CRL number, hexadecimal. */
  readonly numberHex?: string;
  readonly authorityKeyId?: AuthorityKeyIdentifier;
  readonly issuingDistributionPoint?: IssuingDistributionPoint;
  /** Base CRL number of a delta CRL. */
  readonly deltaBaseHex?: string;
  /** How many entries there are. */
  readonly size: number;
  /** Entries in order, decoded as they are asked for. Throws `Asn1Error` at an entry that is broken inside. */
  entries(): Generator<RevokedEntry>;
  /** Entries for `serialHex`, found by walking the list without decoding the others. */
  find(serialHex: string): readonly RevokedEntry[];
}

const processed: ReadonlySet<string> = new Set([EXTENSION.issuingDistributionPoint, EXTENSION.deltaCrlIndicator]);
const maxCrlBytes = 64 * 1024 * 1024;

/**
 * Reads one DER CRL of any size up to 64 MiB. Strict like `parseCertificate`; entries are walked once for structure and decoded
 * only when asked for. Throws {@link PkiError} `pki.crl_invalid`.
 */
export function parseCrl(der: Uint8Array): Crl {
  try {
    return readCrl(readDer(der, { maxBytes: maxCrlBytes }));
  } catch (cause) {
    throw new PkiError('pki.crl_invalid', { params: { reason: reasonOf(cause) }, cause });
  }
}

function readCrl(element: DerElement): Crl {
  const outer = new SequenceReader(element, 'CertificateList');
  const tbs = outer.take(TAG.sequence, 'tbsCertList');
  const signatureAlgorithm = outer.take(TAG.sequence, 'signatureAlgorithm').raw;
  const signature = readBitStringOctets(outer.take(TAG.bitString, 'signatureValue'));
  outer.end();
  const reader = new SequenceReader(tbs, 'tbsCertList');
  const versionField = reader.takeOptional(TAG.integer);
  const innerAlgorithm = reader.take(TAG.sequence, 'signature').raw;
  const issuer = readName(reader.take(TAG.sequence, 'issuer'));
  const thisUpdate = readTime(reader.take(undefined, 'thisUpdate'));
  const nextUpdateField = reader.takeOptional(TAG.utcTime, TAG.generalizedTime);
  const list = reader.takeOptional(TAG.sequence);
  const extensionsTag = reader.takeOptional(contextConstructedTag(0));
  reader.end();
  const isV2 = versionField !== undefined && readSmallInteger(versionField) === 1;
  if ((versionField && !isV2) || (extensionsTag && !isV2))
    throw new PkiError('pki.crl_invalid', { params: { reason: 'version' } });
  if (!equalBytes(innerAlgorithm, signatureAlgorithm))
    throw new PkiError('pki.crl_invalid', { params: { reason: 'algorithms_differ' } });
  const extensions: ReadonlyMap<string, Extension> = extensionsTag
    ? readExtensions(readExplicit(extensionsTag, 'crlExtensions'))
    : new Map<string, Extension>();
  const entries = list?.content ?? new Uint8Array(0);
  return {
    der: element.raw,
    issuer,
    thisUpdate,
    ...(nextUpdateField ? { nextUpdate: readTime(nextUpdateField) } : {}),
    signedBytes: tbs.raw,
    signatureAlgorithm,
    signature,
    ...readCrlExtensions(extensions),
    size: countEntries(entries),
    entries: () => decodeEntries(entries),
    find: (serialHex) => findEntries(entries, serialHex),
  };
}

function readCrlExtensions(extensions: ReadonlyMap<string, Extension>) {
  const number = extensions.get(EXTENSION.crlNumber);
  const keyId = extensions.get(EXTENSION.authorityKeyIdentifier);
  const point = extensions.get(EXTENSION.issuingDistributionPoint);
  const delta = extensions.get(EXTENSION.deltaCrlIndicator);
  return {
    extensions,
    unknownCritical: [...extensions.values()]
      .filter(({ oid, critical }) => critical && !processed.has(oid))
      .map(({ oid }) => oid),
    ...(number ? { numberHex: toHex(readIntegerBytes(readDer(number.value))) } : {}),
    ...(keyId ? { authorityKeyId: readAuthorityKeyIdentifier(keyId.value) } : {}),
    ...(point ? { issuingDistributionPoint: readIssuingDistributionPoint(point.value) } : {}),
    ...(delta ? { deltaBaseHex: toHex(readIntegerBytes(readDer(delta.value))) } : {}),
  };
}

function readIssuingDistributionPoint(value: Uint8Array): IssuingDistributionPoint {
  const reader = new SequenceReader(readDer(value), 'IssuingDistributionPoint');
  const name = reader.takeOptional(contextConstructedTag(0));
  const flag = (number: number): boolean => {
    const element = reader.takeOptional(contextTag(number));
    return element ? readBoolean(retag(element, TAG.boolean)) : false;
  };
  const onlyUserCerts = flag(1);
  const onlyCaCerts = flag(2);
  const reasons = reader.takeOptional(contextTag(3));
  const indirect = flag(4);
  const onlyAttributeCerts = flag(5);
  reader.end();
  return {
    ...(name ? { name: readDistributionPointName(name) } : {}),
    onlyUserCerts,
    onlyCaCerts,
    onlyAttributeCerts,
    ...(reasons ? { onlySomeReasons: readNamedBits(reasons, contextTag(3)) } : {}),
    indirect,
  };
}

/** Walks the entries once: each must be a SEQUENCE that starts with an INTEGER. */
function countEntries(bytes: Uint8Array): number {
  let count = 0;
  for (let offset = 0; offset < bytes.length; count += 1) {
    const entry = boundsAt(bytes, offset, bytes.length);
    const serial = boundsAt(bytes, entry.contentStart, entry.end);
    if (entry.tag !== TAG.sequence || serial.tag !== TAG.integer) {
      throw new PkiError('pki.crl_invalid', { params: { reason: 'entry' } });
    }
    offset = entry.end;
  }
  return count;
}

function* decodeEntries(bytes: Uint8Array): Generator<RevokedEntry> {
  let issuer: Name | undefined;
  for (let offset = 0; offset < bytes.length; ) {
    const { end } = boundsAt(bytes, offset, bytes.length);
    const entry = decodeEntry(bytes.subarray(offset, end), issuer);
    issuer = entry.certificateIssuer;
    yield entry;
    offset = end;
  }
}

/**
 * In an indirect CRL an entry without certificateIssuer belongs to the issuer of the entry before it (RFC 5280 section 5.3.3), so
 * the walk keeps the last one seen; the marker is looked for by its OID before an entry is decoded.
 */
function findEntries(bytes: Uint8Array, serialHex: string): readonly RevokedEntry[] {
  const wanted = fromHex(serialHex);
  const found: RevokedEntry[] = [];
  let issuer: Name | undefined;
  for (let offset = 0; offset < bytes.length; ) {
    const entry = boundsAt(bytes, offset, bytes.length);
    const serial = boundsAt(bytes, entry.contentStart, entry.end);
    const matches = sameBytes(bytes, serial.contentStart, serial.end, wanted);
    if (matches || hasIssuerMarker(bytes, serial.end, entry.end)) {
      const decoded = decodeEntry(bytes.subarray(offset, entry.end), issuer);
      issuer = decoded.certificateIssuer;
      if (matches) found.push(decoded);
    }
    offset = entry.end;
  }
  return found;
}

function sameBytes(bytes: Uint8Array, start: number, end: number, wanted: Uint8Array): boolean {
  if (end - start !== wanted.length) return false;
  for (let index = 0; index < wanted.length; index += 1) if (bytes[start + index] !== wanted[index]) return false;
  return true;
}

/** Whether the encoded OID 2.5.29.29 (certificateIssuer) occurs between two offsets. */
function hasIssuerMarker(bytes: Uint8Array, start: number, end: number): boolean {
  for (let at = start; at + 5 <= end; at += 1) {
    if (
      bytes[at] === 6 &&
      bytes[at + 1] === 3 &&
      bytes[at + 2] === 0x55 &&
      bytes[at + 3] === 0x1d &&
      bytes[at + 4] === 0x1d
    )
      return true;
  }
  return false;
}

function decodeEntry(bytes: Uint8Array, previousIssuer: Name | undefined): RevokedEntry {
  const reader = new SequenceReader(readDer(bytes), 'revokedCertificate');
  const serialHex = toHex(readIntegerBytes(reader.take(TAG.integer, 'userCertificate')));
  const date = readTime(reader.take(undefined, 'revocationDate'));
  const extensionsField = reader.takeOptional(TAG.sequence);
  reader.end();
  const extensions = extensionsField ? readExtensions(extensionsField) : new Map<string, Extension>();
  const reasonCode = extensions.get(EXTENSION.reasonCode);
  const issuer = extensions.get(EXTENSION.certificateIssuer);
  const certificateIssuer = issuer ? readDirectoryName(issuer.value) : previousIssuer;
  const reason = reasonCode && reasonNumbers.get(readSmallInteger(readDer(reasonCode.value), TAG.enumerated));
  const known: ReadonlySet<string> = new Set([
    EXTENSION.reasonCode,
    EXTENSION.certificateIssuer,
    EXTENSION.invalidityDate,
  ]);
  return {
    serialHex,
    date,
    ...(reason ? { reason } : {}),
    ...(certificateIssuer ? { certificateIssuer } : {}),
    unknownCritical: [...extensions.values()]
      .filter(({ oid, critical }) => critical && !known.has(oid))
      .map(({ oid }) => oid),
  };
}
