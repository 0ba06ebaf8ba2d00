import {
  contextConstructedTag,
  type DerElement,
  readBitStringOctets,
  readDer,
  readExplicit,
  readSmallInteger,
  readTime,
  SequenceReader,
  TAG,
} from '@tra/asn1';
import { equalBytes, fromHex } from '@tra/kernel';
import { PkiError } from '../errors.ts';
import { type Extension, readExtensions } from '../extensions.ts';
import { type Name, readName } from '../name.ts';
import { type CrlExtensions, readCrlExtensions } from './crl-extensions.ts';
import { CrlIndex, decodeEntries, type EntryList, walkForSerial } from './crl-index.ts';
import type { RevokedEntry } from './entry.ts';
import { crlFault } from './refusal.ts';
import { checkTime, scanEntries } from './scan-entries.ts';

/** A certificate revocation list as read (RFC 5280 section 5). Nothing about it has been verified yet. */
export interface Crl extends CrlExtensions {
  readonly der: Uint8Array;
  /** 1 or 2. */
  readonly version: number;
  readonly issuer: Name;
  readonly thisUpdate: Date;
  readonly nextUpdate?: Date;
  /** tbsCertList, the bytes that are signed. */
  readonly signedBytes: Uint8Array;
  readonly signatureAlgorithm: Uint8Array;
  readonly signature: Uint8Array;
  /** How many entries there are. */
  readonly size: number;
  /** Entries in order, decoded as they are asked for. */
  entries(): Generator<RevokedEntry>;
  /**
   * Entries for `serialHex` in the order of the list. The first question walks the list, further ones use {@link Crl.index}. Throws
   * {@link PkiError} `pki.crl_invalid` when the serial is listed more than 1,024 times.
   */
  find(serialHex: string): readonly RevokedEntry[];
  /** The index by serial number; made when it is first asked for and kept. */
  index(): CrlIndex;
}

/** Bounds on what {@link parseCrl} takes. */
export interface CrlLimits {
  /** Octets of the whole CRL; 128 MiB unless told. */
  readonly maxBytes?: number;
}

const defaultMaxBytes = 128 * 1024 * 1024;

/**
 * Reads one DER CRL, complete, partitioned, indirect or delta, up to 128 MiB: more than a million entries. All entries are checked
 * in one walk and decoded only when asked for. Strict: what RFC 5280 section 5 forbids is refused by name in `params.reason`, such as
 * `entry_serial` or `issuing_distribution_point`; critical extensions that are not known, also of entries, are listed in
 * `unknownCritical`. Throws {@link PkiError} `pki.crl_invalid`.
 *
 * @example
 * const crl = parseCrl(bytes);
 * const listed = crl.index().find(certificate.serialHex);
 */
export function parseCrl(der: Uint8Array, limits: CrlLimits = {}): Crl {
  try {
    return readCrl(readDer(der, { maxBytes: limits.maxBytes ?? defaultMaxBytes }));
  } catch (cause) {
    if (cause instanceof PkiError && cause.code === 'pki.crl_invalid') throw cause;
    throw new PkiError('pki.crl_invalid', { params: { reason: nameOf(cause) }, cause });
  }
}

function nameOf(cause: unknown): string {
  if (cause instanceof PkiError && typeof cause.params.reason === 'string') return cause.params.reason;
  return cause instanceof Error && 'code' in cause && typeof cause.code === 'string' ? cause.code : 'unreadable';
}

function readCrl(element: DerElement): Crl {
  const outer = new SequenceReader(element, 'CertificateList');
  const tbs = outer.take(TAG.sequence, 'tbsCertList');
  const signatureAlgorithm = outer.take(TAG.sequence, 'signatureAlgorithm').raw;
  const signature = readBitStringOctets(outer.take(TAG.bitString, 'signatureValue'));
  outer.end();
  const { innerAlgorithm, extensions, content, ...fields } = readTbs(tbs);
  if (!equalBytes(innerAlgorithm, signatureAlgorithm)) throw crlFault('algorithms_differ');
  const said = readCrlExtensions(extensions);
  const { size, issuerMarks, unknownCritical } = scanEntries(content, {
    extensible: fields.version === 2,
    delta: said.deltaBaseHex !== undefined,
    indirect: said.issuingDistributionPoint?.indirect ?? false,
  });
  return {
    der: element.raw,
    ...fields,
    signedBytes: tbs.raw,
    signatureAlgorithm,
    signature,
    ...said,
    unknownCritical: [...said.unknownCritical, ...unknownCritical],
    ...lookups({ bytes: content, size, issuerMarks }),
  };
}

interface TbsFields extends Pick<Crl, 'version' | 'issuer' | 'thisUpdate' | 'nextUpdate'> {
  readonly innerAlgorithm: Uint8Array;
  readonly extensions: ReadonlyMap<string, Extension>;
  /** Encoded entries. */
  readonly content: Uint8Array;
}

function readTbs(tbs: DerElement): TbsFields {
  const reader = new SequenceReader(tbs, 'tbsCertList');
  const versionField = reader.takeOptional(TAG.integer);
  const innerAlgorithm = reader.take(TAG.sequence, 'signature').raw;
  const issuer = readName(reader.take(TAG.sequence, 'issuer'));
  const thisUpdate = readUpdate(reader.take(undefined, 'thisUpdate'));
  const nextUpdateField = reader.takeOptional(TAG.utcTime, TAG.generalizedTime);
  const list = reader.takeOptional(TAG.sequence);
  const extensionsField = reader.takeOptional(contextConstructedTag(0));
  reader.end();
  if (versionField && readSmallInteger(versionField) !== 1) throw crlFault('version');
  if (extensionsField && !versionField) throw crlFault('version');
  if (issuer.rdns.length === 0) throw crlFault('issuer_empty');
  if (list && list.content.length === 0) throw crlFault('revoked_list_empty');
  return {
    version: versionField ? 2 : 1,
    issuer,
    thisUpdate,
    ...(nextUpdateField ? { nextUpdate: readUpdate(nextUpdateField) } : {}),
    innerAlgorithm,
    extensions: extensionsField ? readExtensions(readExplicit(extensionsField, 'crlExtensions')) : new Map(),
    content: list?.content ?? new Uint8Array(0),
  };
}

function readUpdate(element: DerElement): Date {
  const time = readTime(element);
  checkTime(time.getTime(), { tag: element.tag, contentStart: 0, end: element.content.length });
  return time;
}

/** Lists this short are walked however often they are asked. */
const shortList = 16;

function lookups(list: EntryList): Pick<Crl, 'size' | 'entries' | 'find' | 'index'> {
  let index: CrlIndex | undefined;
  let walked = false;
  const indexed = (): CrlIndex => {
    index ??= new CrlIndex(list);
    return index;
  };
  return {
    size: list.size,
    entries: () => decodeEntries(list),
    index: indexed,
    find: (serialHex) => {
      if (index || (walked && list.size > shortList)) return indexed().find(serialHex);
      walked = true;
      return walkForSerial(list, fromHex(serialHex));
    },
  };
}
