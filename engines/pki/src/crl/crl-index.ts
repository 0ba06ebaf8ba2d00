import { getRandomValues } from 'node:crypto';
import { boundsAt } from '@tra/asn1';
import { fromHex } from '@tra/kernel';
import type { Name } from '../name.ts';
import { decodeEntry, type RevokedEntry } from './entry.ts';
import { type HashKey, keyedHash } from './keyed-hash.ts';
import { crlFault } from './refusal.ts';

/** The encoded entries of one CRL, checked by `scanEntries`. */
export interface EntryList {
  readonly bytes: Uint8Array;
  readonly size: number;
  /** Where entries begin that name an issuer, ascending. */
  readonly issuerMarks: readonly number[];
}

/** How often one serial may stand in a CRL; more is not a list that anybody made in good faith. */
const maxRepeats = 1024;

/**
 * Serial number to entry, over the CRL's own bytes: a table of offsets with open addressing, no object per entry. A million
 * entries take 8 to 16 MB beside the CRL.
 *
 * @example
 * const index = parseCrl(bytes).index();
 * index.has('0a1b'); // is it listed
 * index.find('0a1b'); // its entries, decoded
 */
export class CrlIndex {
  readonly #list: EntryList;
  readonly #key: HashKey;
  /** Offset of an entry plus one; 0 where there is none. */
  readonly #slots: Uint32Array;
  readonly #mask: number;
  /** Further entries of serials that come more than once, by the offset of the first. */
  readonly #repeats: Map<number, number[]> = new Map();

  constructor(list: EntryList) {
    this.#list = list;
    const [low = 0, high = 0] = getRandomValues(new Uint32Array(2));
    this.#key = { low, high };
    let capacity = 16;
    while (capacity < list.size * 2) capacity *= 2;
    this.#slots = new Uint32Array(capacity);
    this.#mask = capacity - 1;
    this.#fill();
  }

  /** How many entries there are. */
  get size(): number {
    return this.#list.size;
  }

  /** Whether any entry has this serial, whoever issued the certificate: content octets, or the same in hexadecimal. */
  has(serial: Uint8Array | string): boolean {
    const wanted = typeof serial === 'string' ? fromHex(serial) : serial;
    return this.#slots[this.#slotOf(wanted, 0, wanted.length)] !== 0;
  }

  /**
   * Entries with this serial in the order of the list; in an indirect CRL their `certificateIssuer` says whose they are. Throws
   * {@link PkiError} `pki.crl_invalid` (`serial_repeated`) when there are more than 1,024.
   */
  find(serial: Uint8Array | string): readonly RevokedEntry[] {
    const wanted = typeof serial === 'string' ? fromHex(serial) : serial;
    const slot = this.#slots[this.#slotOf(wanted, 0, wanted.length)] ?? 0;
    if (slot === 0) return [];
    const first = slot - 1;
    const more = this.#repeats.get(first) ?? [];
    return decodeAt(this.#list, [first, ...more.slice(0, maxRepeats)]);
  }

  #fill(): void {
    const { bytes } = this.#list;
    for (let offset = 0; offset < bytes.length; ) {
      const entry = boundsAt(bytes, offset, bytes.length);
      const serial = boundsAt(bytes, entry.contentStart, entry.end);
      const slot = this.#slotOf(bytes, serial.contentStart, serial.end);
      const there = this.#slots[slot] ?? 0;
      if (there === 0) this.#slots[slot] = offset + 1;
      else this.#repeat(there - 1, offset);
      offset = entry.end;
    }
  }

  #repeat(first: number, offset: number): void {
    const more = this.#repeats.get(first);
    if (more) more.push(offset);
    else this.#repeats.set(first, [offset]);
  }

  /** The slot that holds the entry with this serial, or the free one where it would be. */
  #slotOf(source: Uint8Array, start: number, end: number): number {
    const { bytes } = this.#list;
    let slot = keyedHash(source, start, end, this.#key) & this.#mask;
    for (;;) {
      const there = this.#slots[slot] ?? 0;
      if (there === 0 || hasSerial(bytes, there - 1, source, start, end)) return slot;
      slot = (slot + 1) & this.#mask;
    }
  }
}

/** Whether the entry at `offset` has the serial that stands between two offsets of `source`. */
function hasSerial(bytes: Uint8Array, offset: number, source: Uint8Array, start: number, end: number): boolean {
  const length = bytes[offset + 1] ?? 0;
  // Behind the entry's header, whose length of more than 127 takes further octets, comes the serial: at most 20 octets.
  const serial = offset + (length < 0x80 ? 2 : length - 0x80 + 2);
  if (bytes[serial + 1] !== end - start) return false;
  for (let at = start, there = serial + 2; at < end; at += 1, there += 1) {
    if (bytes[there] !== source[at]) return false;
  }
  return true;
}

/** Entries with a serial, found by walking the whole list: cheaper than an index when it is asked once. */
export function walkForSerial(list: EntryList, wanted: Uint8Array): readonly RevokedEntry[] {
  const { bytes } = list;
  const offsets: number[] = [];
  for (let offset = 0; offset < bytes.length && offsets.length <= maxRepeats; ) {
    const { end } = boundsAt(bytes, offset, bytes.length);
    if (hasSerial(bytes, offset, wanted, 0, wanted.length)) offsets.push(offset);
    offset = end;
  }
  return decodeAt(list, offsets);
}

function decodeAt(list: EntryList, offsets: readonly number[]): readonly RevokedEntry[] {
  if (offsets.length > maxRepeats) throw crlFault('serial_repeated');
  const { bytes } = list;
  return offsets.map((offset) => {
    const { end } = boundsAt(bytes, offset, bytes.length);
    return decodeEntry(bytes.subarray(offset, end), issuerAt(list, offset));
  });
}

/** In an indirect CRL an entry without certificateIssuer belongs to whom the last one before it named (RFC 5280 section 5.3.3). */
function issuerAt({ bytes, issuerMarks }: EntryList, offset: number): Name | undefined {
  let low = 0;
  let high = issuerMarks.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((issuerMarks[middle] ?? 0) <= offset) low = middle + 1;
    else high = middle;
  }
  const mark = issuerMarks[low - 1];
  if (mark === undefined) return undefined;
  const { end } = boundsAt(bytes, mark, bytes.length);
  return decodeEntry(bytes.subarray(mark, end), undefined).certificateIssuer;
}

/** All entries in order, each decoded when it is asked for. */
export function* decodeEntries({ bytes }: EntryList): Generator<RevokedEntry> {
  let issuer: Name | undefined;
  for (let offset = 0; offset < bytes.length; ) {
    const { end } = boundsAt(bytes, offset, bytes.length);
    const entry = decodeEntry(bytes.subarray(offset, end), issuer);
    issuer = entry.certificateIssuer;
    yield entry;
    offset = end;
  }
}
