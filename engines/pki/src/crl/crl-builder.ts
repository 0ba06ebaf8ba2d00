import { der, TAG } from '@tra/asn1';
import { signatureAlgorithmIdentifier } from '../algorithms.ts';
import type { Certificate } from '../certificate.ts';
import { keyIdentifier } from '../issue/key-identifier.ts';
import {
  type CrlEntry,
  type CrlHeader,
  checkHeader,
  encodeCrlExtensions,
  issuerKeyIdentifier,
  refuseCrl,
} from './crl-request.ts';
import { EntryWriter } from './entry-writer.ts';
import { parseCrl } from './parse-crl.ts';
import type { RevocationReason } from './reasons.ts';

/** Input of {@link CrlBuilder}. */
export interface CrlBuilderOptions extends CrlHeader {
  /** About how many entries will come, so that memory is taken once. */
  readonly expectedEntries?: number;
}

/** Octets for the three headers in front of the fields and the entries. */
const headerRoom = 18;
/** Octets for algorithm and signature. */
const signatureRoom = 2048;

/**
 * Builds one CRL of any size: entries are written straight into the buffer that is signed and returned. With a million entries
 * it takes a fraction of a second of one processor. Complete, partitioned, indirect and delta CRLs alike.
 *
 * @example
 * const builder = new CrlBuilder({ issuer, signer, number: 7, thisUpdate, nextUpdate, expectedEntries: rows.length });
 * for (const row of rows) builder.add(row.serial, row.revokedAt, 'superseded');
 * const crl = await builder.finish();
 */
export class CrlBuilder {
  readonly #options: CrlHeader;
  readonly #issuer: Certificate;
  readonly #algorithm: Uint8Array;
  /** version, signature, issuer, thisUpdate, nextUpdate. */
  readonly #fields: Uint8Array;
  readonly #writer: EntryWriter;
  #finished: boolean = false;

  /**
   * Throws {@link PkiError} `pki.request_invalid` when the signer is not the issuer's key, the issuer may not sign CRLs, the times are
   * out of order, a number is out of bounds, or the scope contradicts itself.
   */
  constructor(options: CrlBuilderOptions) {
    const { signer, thisUpdate, nextUpdate, scope, baseNumber, expectedEntries = 0 } = options;
    this.#options = options;
    this.#issuer = checkHeader(options);
    this.#algorithm = signatureAlgorithmIdentifier(signer.algorithm);
    const issuer = this.#issuer.subject.der;
    this.#fields = join([der.integer(1), this.#algorithm, issuer, der.time(thisUpdate), der.time(nextUpdate)]);
    const context = { scope, delta: baseNumber !== undefined, issuer };
    this.#writer = new EntryWriter(context, headerRoom + this.#fields.length, expectedEntries);
  }

  /** How many entries were added. */
  get size(): number {
    return this.#writer.count;
  }

  /**
   * Lists a certificate of the CRL's own issuer: `serial` as an unsigned number, `revokedAt` in milliseconds since 1970. Throws
   * {@link PkiError} `pki.request_invalid`: `serial` (zero, or more than 20 octets), `reason_out_of_scope`,
   * `remove_from_crl_in_complete`.
   */
  add(serial: Uint8Array, revokedAt: number, reason?: RevocationReason): void {
    this.#writer.add(serial, revokedAt, reason);
  }

  /** Lists a certificate with all that an entry can say. Throws like {@link CrlBuilder.add}, and `certificate_issuer`. */
  addEntry(entry: CrlEntry): void {
    this.#writer.addEntry(entry);
  }

  /** Signs, reads the result back and returns it; once only. It is a view of a somewhat larger buffer. */
  async finish(): Promise<Uint8Array> {
    if (this.#finished) throw refuseCrl('finished');
    this.#finished = true;
    const extensions = encodeCrlExtensions(this.#options, issuerKeyIdentifier(this.#issuer, keyIdentifier));
    const { bytes, end } = this.#writer.finish(extensions.length + signatureRoom);
    let start = headerRoom + this.#fields.length;
    if (this.#writer.count > 0) start = prepend(bytes, start, der.header(TAG.sequence, end - start));
    start = prepend(bytes, start, this.#fields);
    bytes.set(extensions, end);
    const tbsEnd = end + extensions.length;
    start = prepend(bytes, start, der.header(TAG.sequence, tbsEnd - start));
    const signature = der.bitString(await this.#options.signer.sign(bytes.subarray(start, tbsEnd)));
    const tail = join([this.#algorithm, signature]);
    bytes.set(tail, tbsEnd);
    start = prepend(bytes, start, der.header(TAG.sequence, tbsEnd + tail.length - start));
    const crl = bytes.subarray(start, tbsEnd + tail.length);
    this.#lint(crl);
    return crl;
  }

  /** What cannot be read back with the same content is never returned. */
  #lint(crl: Uint8Array): void {
    const { number, baseNumber, thisUpdate, nextUpdate } = this.#options;
    const read = parseCrl(crl, { maxBytes: crl.length });
    const hex = (value: number | bigint | undefined): bigint | undefined =>
      value === undefined ? undefined : BigInt(value);
    const right =
      read.size === this.#writer.count &&
      BigInt(`0x${read.numberHex}`) === hex(number) &&
      (read.deltaBaseHex === undefined ? undefined : BigInt(`0x${read.deltaBaseHex}`)) === hex(baseNumber) &&
      wholeSeconds(read.thisUpdate) === wholeSeconds(thisUpdate) &&
      wholeSeconds(read.nextUpdate) === wholeSeconds(nextUpdate) &&
      read.unknownCritical.length === 0;
    if (!right) throw refuseCrl('lint');
  }
}

/** Input of {@link buildCrl}. */
export interface CrlRequest extends CrlHeader {
  readonly entries: Iterable<CrlEntry>;
}

/**
 * Builds a version 2 CRL with CRL number and authority key identifier (RFC 5280 section 5) from a list of entries. Throws
 * {@link PkiError} `pki.request_invalid` when the signer is not the issuer's key, the issuer may not sign CRLs, the times are out of
 * order, or an entry does not belong into such a CRL. For very many entries see {@link CrlBuilder}.
 */
export async function buildCrl(request: CrlRequest): Promise<Uint8Array> {
  const builder = new CrlBuilder(request);
  for (const entry of request.entries) builder.addEntry(entry);
  return builder.finish();
}

function wholeSeconds(date: Date | undefined): number {
  return Math.floor((date?.getTime() ?? Number.NaN) / 1000);
}

/** Puts `part` in front of `start` and returns where it begins. */
function prepend(bytes: Uint8Array, start: number, part: Uint8Array): number {
  bytes.set(part, start - part.length);
  return start - part.length;
}

function join(parts: readonly Uint8Array[]): Uint8Array {
  const joined = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const part of parts) {
    joined.set(part, at);
    at += part.length;
  }
  return joined;
}
