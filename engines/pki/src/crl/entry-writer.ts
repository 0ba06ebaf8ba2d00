import { der, maxTimeOctets, TAG, writeTimeAt } from '@tra/asn1';
import { concatBytes, equalBytes, toHex } from '@tra/kernel';
import { EXTENSION } from '../oids.ts';
import {
  type CrlEntry,
  type CrlScope,
  encodeCertificateIssuer,
  encodeInvalidityDate,
  extension,
  refuseCrl,
} from './crl-request.ts';
import { type RevocationReason, reasonNumber } from './reasons.ts';

/** What the entries of a CRL may say. */
export interface EntryContext {
  readonly scope: CrlScope | undefined;
  readonly delta: boolean;
  /** Encoded name of the CRL's issuer. */
  readonly issuer: Uint8Array;
}

const maxSerialOctets = 20;
/** Header, serial and time of the longest entry without extensions. */
const plainOctets = 4 + 2 + maxSerialOctets + maxTimeOctets;

/**
 * Writes entries one after the other into one growing buffer, `headroom` octets after its beginning. Extensions are encoded once
 * per reason; a serial and a time are written in place, so that a million entries make no garbage.
 */
export class EntryWriter {
  readonly #context: EntryContext;
  readonly #reasonBlocks: Map<RevocationReason, Uint8Array | undefined> = new Map();
  #bytes: Uint8Array;
  #at: number;
  #count: number = 0;
  #issuer: Uint8Array;
  #lastReason: RevocationReason | undefined;
  #lastBlock: Uint8Array | undefined;

  constructor(context: EntryContext, headroom: number, expected: number) {
    this.#context = context;
    this.#at = headroom;
    this.#issuer = context.issuer;
    // An entry with a serial of 20 octets and a reason has 53.
    this.#bytes = new Uint8Array(headroom + 512 + expected * 53);
  }

  /** How many entries were written. */
  get count(): number {
    return this.#count;
  }

  /** The buffer with the entries from `headroom` up to `end`, and at least `room` octets after them. */
  finish(room: number): { bytes: Uint8Array; end: number } {
    this.#reserve(room);
    return { bytes: this.#bytes, end: this.#at };
  }

  /** Adds an entry of any kind. Throws {@link PkiError} `pki.request_invalid`. */
  addEntry({ serialHex, date, reason = 'unspecified', invalidityDate, certificateIssuer }: CrlEntry): void {
    if (
      serialHex.length === 0 ||
      serialHex.length > 2 * (maxSerialOctets + 1) ||
      !/^(?:[0-9a-f]{2})+$/i.test(serialHex)
    )
      throw refuseCrl('serial');
    const octets = serialHex.length / 2;
    for (let index = 0; index < octets; index += 1) {
      scratch[index] = Number.parseInt(serialHex.slice(index * 2, index * 2 + 2), 16);
    }
    const issuer = this.#issuerExtension(certificateIssuer ?? this.#context.issuer);
    if (!invalidityDate && !issuer) {
      this.#addPlain(scratch, octets, date.getTime(), reason);
      return;
    }
    const parts: Uint8Array[] = [];
    if (reason !== 'unspecified') parts.push(reasonExtension(reason));
    if (invalidityDate) parts.push(encodeInvalidityDate(invalidityDate));
    if (issuer) parts.push(issuer);
    this.#checkReason(reason);
    this.#write(scratch, octets, date.getTime(), der.sequence(...parts));
    if (issuer) this.#issuer = certificateIssuer ?? this.#context.issuer;
  }

  /** Adds an entry for a certificate of the CRL's own issuer: the way for very many. `serial` is unsigned, `time` in milliseconds. */
  add(serial: Uint8Array, time: number, reason: RevocationReason = 'unspecified'): void {
    if (this.#issuer !== this.#context.issuer) {
      // The entry before this one named somebody else, and entries inherit.
      this.addEntry({ serialHex: toHex(serial), date: new Date(time), reason });
      return;
    }
    this.#addPlain(serial, serial.length, time, reason);
  }

  /** An entry of the issuer that it inherits, with a reason at most. */
  #addPlain(serial: Uint8Array, octets: number, time: number, reason: RevocationReason): void {
    if (reason !== this.#lastReason) {
      this.#lastBlock = this.#blockOf(reason);
      this.#lastReason = reason;
    }
    this.#write(serial, octets, time, this.#lastBlock);
  }

  #write(serial: Uint8Array, octets: number, time: number, block: Uint8Array | undefined): void {
    let first = 0;
    while (first < octets && serial[first] === 0) first += 1;
    const padded = (serial[first] ?? 0) >= 0x80 ? 1 : 0;
    const length = octets - first + padded;
    if (length <= 0 || octets === first || length > maxSerialOctets) throw refuseCrl('serial');
    this.#reserve(plainOctets + (block?.length ?? 0));
    const bytes = this.#bytes;
    // Identifier and length come last: only a block that is not a plain reason can need more than one length octet.
    const start = this.#at;
    const content = start + (block && block.length > 80 ? 4 : 2);
    bytes[content] = TAG.integer;
    bytes[content + 1] = length;
    bytes[content + 2] = 0;
    let at = content + 2 + padded;
    for (let index = first; index < octets; index += 1, at += 1) bytes[at] = serial[index] ?? 0;
    at = writeTimeAt(bytes, at, time);
    if (block) for (let index = 0; index < block.length; index += 1, at += 1) bytes[at] = block[index] ?? 0;
    bytes[start] = TAG.sequence;
    if (content - start === 2) bytes[start + 1] = at - content;
    else at = writeLongHeader(bytes, start, content, at);
    this.#at = at;
    this.#count += 1;
  }

  #reserve(room: number): void {
    if (this.#at + room <= this.#bytes.length) return;
    const larger = new Uint8Array(Math.max(this.#bytes.length * 2, this.#at + room));
    larger.set(this.#bytes.subarray(0, this.#at));
    this.#bytes = larger;
  }

  /** Encoded extensions of an entry that has a reason and nothing else. */
  #blockOf(reason: RevocationReason): Uint8Array | undefined {
    if (this.#reasonBlocks.has(reason)) return this.#reasonBlocks.get(reason);
    this.#checkReason(reason);
    const block = reason === 'unspecified' ? undefined : der.sequence(reasonExtension(reason));
    this.#reasonBlocks.set(reason, block);
    return block;
  }

  #checkReason(reason: RevocationReason): void {
    reasonNumber(reason);
    const { scope, delta } = this.#context;
    if (reason === 'removeFromCRL') {
      if (!delta) throw refuseCrl('remove_from_crl_in_complete');
    } else if (scope?.reasons && !scope.reasons.includes(reason)) throw refuseCrl('reason_out_of_scope');
  }

  /** certificateIssuer when it is not the one that the entry would inherit. */
  #issuerExtension(issuer: Uint8Array): Uint8Array | undefined {
    if (equalBytes(issuer, this.#issuer)) return undefined;
    if (!this.#context.scope?.indirect) throw refuseCrl('certificate_issuer');
    return encodeCertificateIssuer(issuer);
  }
}

const scratch: Uint8Array = new Uint8Array(maxSerialOctets + 1);

function reasonExtension(reason: RevocationReason): Uint8Array {
  return extension(EXTENSION.reasonCode, der.element(TAG.enumerated, Uint8Array.of(reasonNumber(reason))));
}

/** Moves the content to where its header of more than two octets ends. */
function writeLongHeader(bytes: Uint8Array, start: number, content: number, end: number): number {
  const element = der.element(TAG.sequence, concatBytes(bytes.subarray(content, end)));
  bytes.set(element, start);
  return start + element.length;
}
