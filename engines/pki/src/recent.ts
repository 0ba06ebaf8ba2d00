import { bytesKey } from './bounded-map.ts';
import { type Certificate, parseCertificate } from './certificate.ts';
import { type Crl, parseCrl } from './crl/parse-crl.ts';
import { type OcspResponse, parseOcspResponse } from './ocsp/response.ts';

/** How much is kept, counted in octets of the encodings. */
export interface RecentLimits {
  readonly octets: number;
  /** Larger ones are read each time. */
  readonly largest: number;
}

interface Kept<T> {
  readonly bytes: Uint8Array;
  readonly value: T;
}

/** Objects of this size at least count, so that many small ones have a bound too. */
const leastOctets = 256;
const tailOctets = 48;

/**
 * Remembers what was read lately, by its octets: a document brings the same certificates and lists with every time-stamp. Reading is done over a copy, so
 * that a caller who writes over its bytes changes nothing here. What cannot be read is not remembered. The longest unused go first.
 */
export class RecentlyRead<T> {
  readonly #kept: Map<string, Kept<T>> = new Map();
  readonly #read: (bytes: Uint8Array) => T;
  readonly #limits: RecentLimits;
  #octets: number = 0;

  constructor(read: (bytes: Uint8Array) => T, limits: RecentLimits) {
    this.#read = read;
    this.#limits = limits;
  }

  /** What `bytes` say. Throws what reading them throws. */
  get(bytes: Uint8Array): T {
    if (bytes.length > this.#limits.largest) return this.#read(bytes);
    const key = keyOf(bytes);
    const known = this.#kept.get(key);
    if (known && Buffer.compare(known.bytes, bytes) === 0) {
      this.#kept.delete(key);
      this.#kept.set(key, known);
      return known.value;
    }
    const copy = new Uint8Array(bytes);
    const value = this.#read(copy);
    if (known) this.#forget(key, known);
    this.#keep(key, { bytes: copy, value });
    return value;
  }

  #keep(key: string, one: Kept<T>): void {
    this.#kept.set(key, one);
    this.#octets += sizeOf(one);
    for (const [oldest, other] of this.#kept) {
      if (this.#octets <= this.#limits.octets) break;
      this.#forget(oldest, other);
    }
  }

  #forget(key: string, one: Kept<T>): void {
    this.#kept.delete(key);
    this.#octets -= sizeOf(one);
  }
}

const sizeOf = ({ bytes }: Kept<unknown>): number => Math.max(bytes.length, leastOctets);

/** The end of what is signed is its signature: hardly two share it, and two that do take turns. */
function keyOf(bytes: Uint8Array): string {
  const start = Math.max(0, bytes.length - tailOctets);
  return bytesKey(bytes.subarray(start));
}

const certificates: RecentlyRead<Certificate> = new RecentlyRead(parseCertificate, {
  octets: 2 * 1024 * 1024,
  largest: 16 * 1024,
});
const crls: RecentlyRead<Crl> = new RecentlyRead((der) => parseCrl(der), {
  octets: 16 * 1024 * 1024,
  largest: 4 * 1024 * 1024,
});
const ocspResponses: RecentlyRead<OcspResponse> = new RecentlyRead(parseOcspResponse, {
  octets: 2 * 1024 * 1024,
  largest: 64 * 1024,
});

/**
 * {@link parseCertificate} for bytes that may have been read a moment ago: those are not read again. The result may be shared with other callers and holds
 * its own copy of the bytes.
 */
export function recentCertificate(der: Uint8Array): Certificate {
  return certificates.get(der);
}

/** The same for {@link parseCrl}, for lists up to 4 MiB. */
export function recentCrl(der: Uint8Array): Crl {
  return crls.get(der);
}

/** The same for {@link parseOcspResponse}, for responses up to 64 KiB. */
export function recentOcspResponse(der: Uint8Array): OcspResponse {
  return ocspResponses.get(der);
}
