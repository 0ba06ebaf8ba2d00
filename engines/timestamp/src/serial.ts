import type { Random } from '@tra/kernel';

// 20 octets: as many as RFC 3161 section 2.4.2 makes every client take (160 bits).
const prefixOctets = 8;
const timeOctets = 6;
const counterOctets = 6;

/** Gives serial numbers that no other source gives. */
export interface SerialSource {
  /** The next number: 20 octets, positive, the first octet 0x40 to 0x7f. `now` is milliseconds since 1970. */
  next(now: number): Uint8Array;
}

/**
 * Serial numbers that are unique across processes, machines and restarts without any of them knowing of another:
 *
 *     01 + 62 random bits of this source | 48 bits time in milliseconds | 48 bits counter that begins at a random place
 *
 * Why none comes twice. Within one source the counter differs, for 2^48 tokens (178 years at 50,000 a second). Two sources give one
 * number only when their 62 random bits are equal (at most n²/2^63 for n starts: below 10^-9 for 100,000 starts) and they issue in
 * the same millisecond at the same count, of 2^48. A machine that was copied while it ran has the bits and the counter of its original: the time
 * parts the two, unless both issue at the same count within one millisecond. Nothing depends on a clock that never goes back: time
 * only adds to it. The number tells nothing that the token does not, besides roughly how many came between two tokens of one process.
 */
export function createSerialSource(random: Random): SerialSource {
  const seed = random.bytes(prefixOctets + counterOctets);
  const prefix = seed.slice(0, prefixOctets);
  prefix[0] = ((prefix[0] ?? 0) & 0x3f) | 0x40;
  // Two halves of 24 bits: numbers of 48 bits do not fit the operators on bits.
  let high = ((seed[8] ?? 0) << 16) | ((seed[9] ?? 0) << 8) | (seed[10] ?? 0);
  let low = ((seed[11] ?? 0) << 16) | ((seed[12] ?? 0) << 8) | (seed[13] ?? 0);
  return {
    next: (now) => {
      low = (low + 1) & 0xffffff;
      if (low === 0) high = (high + 1) & 0xffffff;
      const serial = new Uint8Array(prefixOctets + timeOctets + counterOctets);
      serial.set(prefix);
      putHalves(serial, prefixOctets, Math.floor(now / 0x1000000) & 0xffffff, now % 0x1000000);
      putHalves(serial, prefixOctets + timeOctets, high, low);
      return serial;
    },
  };
}

function putHalves(target: Uint8Array, at: number, high: number, low: number): void {
  target[at] = high >>> 16;
  target[at + 1] = high >>> 8;
  target[at + 2] = high;
  target[at + 3] = low >>> 16;
  target[at + 4] = low >>> 8;
  target[at + 5] = low;
}
