/** A secret that makes hash values unpredictable: two 32-bit words. */
export interface HashKey {
  readonly low: number;
  readonly high: number;
}

/**
 * HalfSipHash-1-3 of the bytes between two offsets, as an unsigned 32-bit number. Keyed, so that nobody can choose serial numbers
 * that all fall into one place of a table (a list of revoked certificates may come from anywhere).
 */
export function keyedHash(bytes: Uint8Array, start: number, end: number, key: HashKey): number {
  let v0 = key.low | 0;
  let v1 = key.high | 0;
  let v2 = 0x6c796765 ^ key.low;
  let v3 = 0x74656462 ^ key.high;
  const length = end - start;
  const words = (length >> 2) + 1;
  for (let round = 0, at = start; round < words + 3; round += 1, at += 4) {
    let word = 0;
    if (round < words - 1) {
      word =
        (bytes[at] ?? 0) | ((bytes[at + 1] ?? 0) << 8) | ((bytes[at + 2] ?? 0) << 16) | ((bytes[at + 3] ?? 0) << 24);
    } else if (round === words - 1) {
      word = length << 24;
      for (let octet = 0; at + octet < end; octet += 1) word |= (bytes[at + octet] ?? 0) << (octet * 8);
    } else if (round === words) {
      v2 ^= 0xff;
    }
    v3 ^= word;
    v0 = (v0 + v1) | 0;
    v1 = ((v1 << 5) | (v1 >>> 27)) ^ v0;
    v0 = (v0 << 16) | (v0 >>> 16);
    v2 = (v2 + v3) | 0;
    v3 = ((v3 << 8) | (v3 >>> 24)) ^ v2;
    v0 = (v0 + v3) | 0;
    v3 = ((v3 << 7) | (v3 >>> 25)) ^ v0;
    v2 = (v2 + v1) | 0;
    v1 = ((v1 << 13) | (v1 >>> 19)) ^ v2;
    v2 = (v2 << 16) | (v2 >>> 16);
    v0 ^= word;
  }
  return (v1 ^ v3) >>> 0;
}
