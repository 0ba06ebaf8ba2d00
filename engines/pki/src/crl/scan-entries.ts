import { boundsAt, type ElementBounds, TAG, timeAt } from '@tra/asn1';
import { decodeEntry } from './entry.ts';
import { crlFault } from './refusal.ts';

/** What one walk over the entries of a CRL finds out. */
export interface EntryScan {
  readonly size: number;
  /** Where entries begin that name the issuer of the certificates from there on, ascending. */
  readonly issuerMarks: readonly number[];
  /** OIDs of critical entry extensions that this package does not process: the CRL must not be used (section 5.3). */
  readonly unknownCritical: readonly string[];
}

/** What the CRL's own extensions say about its entries. */
export interface EntryRules {
  /** Version 2: entries may have extensions. */
  readonly extensible: boolean;
  readonly delta: boolean;
  readonly indirect: boolean;
}

const maxSerialOctets = 20;
const from2050: number = Date.UTC(2050, 0);

/**
 * Checks every entry against RFC 5280 sections 5.1.2.6 and 5.3 in one walk that makes no objects for ordinary entries: a serial of
 * at most 20 octets in its shortest form, a time in the form that its year demands, extensions that are allowed and well formed.
 */
export function scanEntries(bytes: Uint8Array, rules: EntryRules): EntryScan {
  return new EntryScanner(bytes, rules).run();
}

class EntryScanner {
  readonly #bytes: Uint8Array;
  readonly #rules: EntryRules;
  readonly #issuerMarks: number[] = [];
  readonly #unknownCritical: Set<string> = new Set();
  /** Where the extensions stand that were checked last: most entries of a CRL carry the very same ones. */
  #seenStart: number = 0;
  #seenEnd: number = 0;

  constructor(bytes: Uint8Array, rules: EntryRules) {
    this.#bytes = bytes;
    this.#rules = rules;
  }

  run(): EntryScan {
    const bytes = this.#bytes;
    let size = 0;
    for (let offset = 0; offset < bytes.length; size += 1) {
      const entry = boundsAt(bytes, offset, bytes.length);
      if (entry.tag !== TAG.sequence) throw crlFault('entry');
      this.#checkEntry(offset, entry);
      offset = entry.end;
    }
    return { size, issuerMarks: this.#issuerMarks, unknownCritical: [...this.#unknownCritical] };
  }

  #checkEntry(offset: number, { contentStart, end }: ElementBounds): void {
    const bytes = this.#bytes;
    const serial = boundsAt(bytes, contentStart, end);
    checkSerial(bytes, serial);
    const date = boundsAt(bytes, serial.end, end);
    if (date.tag !== TAG.utcTime && date.tag !== TAG.generalizedTime) throw crlFault('entry');
    checkTime(timeAt(bytes, date.tag, date), date);
    if (date.end === end) return;
    if (!this.#rules.extensible) throw crlFault('version');
    if (this.#sameAsBefore(date.end, end)) return;
    const extensions = boundsAt(bytes, date.end, end);
    if (extensions.tag !== TAG.sequence || extensions.end !== end) throw crlFault('entry');
    const code = reasonOnly(bytes, date.end, end);
    if (code === undefined) this.#checkExtensions(offset, end);
    else this.#checkReason(code);
    this.#seenStart = date.end;
    this.#seenEnd = this.#issuerMarks.at(-1) === offset ? date.end : end;
  }

  /** Whether the extensions between two offsets are the last ones that were checked and said nothing about the issuer. */
  #sameAsBefore(start: number, end: number): boolean {
    const bytes = this.#bytes;
    const shift = start - this.#seenStart;
    if (end - shift !== this.#seenEnd) return false;
    for (let at = start; at < end; at += 1) if (bytes[at] !== bytes[at - shift]) return false;
    return true;
  }

  #checkReason(code: number): void {
    if (code > 10 || code === 7) throw crlFault('reason_code');
    if (code === 8 && !this.#rules.delta) throw crlFault('remove_from_crl');
  }

  /** Extensions of any kind: decoded as they would be for a caller, then judged. */
  #checkExtensions(offset: number, end: number): void {
    const entry = decodeEntry(this.#bytes.subarray(offset, end), undefined);
    if (entry.reason === 'removeFromCRL' && !this.#rules.delta) throw crlFault('remove_from_crl');
    if (entry.certificateIssuer) {
      if (!this.#rules.indirect) throw crlFault('certificate_issuer');
      this.#issuerMarks.push(offset);
    }
    for (const oid of entry.unknownCritical) this.#unknownCritical.add(oid);
  }
}

/** CertificateSerialNumber: negative and zero occur and are matched as they stand; more than 20 octets do not (section 4.1.2.2). */
function checkSerial(bytes: Uint8Array, { tag, contentStart, end }: ElementBounds): void {
  const length = end - contentStart;
  if (tag !== TAG.integer || length === 0 || length > maxSerialOctets) throw crlFault('entry_serial');
  const first = bytes[contentStart] ?? 0;
  const next = bytes[contentStart + 1] ?? 0;
  if (length > 1 && ((first === 0 && next < 0x80) || (first === 0xff && next >= 0x80))) throw crlFault('entry_serial');
}

/** UTCTime through 2049, GeneralizedTime from 2050, whole seconds (sections 5.1.2.4 to 5.1.2.6). */
export function checkTime(time: number, { tag, contentStart, end }: ElementBounds): void {
  if (tag === TAG.generalizedTime && (end - contentStart !== 15 || (time < from2050 && time >= from1950)))
    throw crlFault('time_form');
}

const from1950: number = Date.UTC(1950, 0);

/** The code when the extensions are one non-critical reasonCode in the only form that DER has for it. */
function reasonOnly(bytes: Uint8Array, start: number, end: number): number | undefined {
  if (end - start !== 14) return undefined;
  for (let index = 0; index < reasonForm.length; index += 1) {
    if (bytes[start + index] !== reasonForm[index]) return undefined;
  }
  return bytes[end - 1];
}

const reasonForm: readonly number[] = [0x30, 12, 0x30, 10, 6, 3, 0x55, 0x1d, 21, 4, 3, 0x0a, 1];
