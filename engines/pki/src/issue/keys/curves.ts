import { toHex } from '@tra/kernel';

/** A short Weierstrass curve with a = -3 and cofactor 1 (SEC 2, FIPS 186-4 appendix D.1.2). */
interface Curve {
  readonly p: bigint;
  readonly b: bigint;
  readonly octets: number;
}

export const P256: Curve = {
  p: 0xffffffff00000001000000000000000000000000ffffffffffffffffffffffffn,
  b: 0x5ac635d8aa3a93e7b3ebbd55769886bc651d06b0cc53b0f63bce3c3e27d2604bn,
  octets: 32,
};

export const P384: Curve = {
  p: 0xfffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffeffffffff0000000000000000ffffffffn,
  b: 0xb3312fa7e23ee7e4988e056be3f82d19181d9c6efe8141120314088f5013875ac656398d8a2ed19d2a85c8edd3ec2aefn,
  octets: 48,
};

/** Unsigned big-endian octets as a number. */
export function toBigInt(bytes: Uint8Array): bigint {
  return bytes.length === 0 ? 0n : BigInt(`0x${toHex(bytes)}`);
}

/** Whether the 2·octets of `point` are coordinates below p that satisfy y² = x³ - 3x + b; with cofactor 1 that makes a valid key. */
export function isOnCurve({ p, b, octets }: Curve, point: Uint8Array): boolean {
  if (point.length !== octets * 2) return false;
  const x = toBigInt(point.subarray(0, octets));
  const y = toBigInt(point.subarray(octets));
  if (x >= p || y >= p) return false;
  return (y * y - (x * x - 3n) * x - b) % p === 0n;
}

const p25519 = (1n << 255n) - 19n;
const d25519 = 37095705934669439343138083508754565189542113879843219016388785533085940283555n;

function power(base: bigint, exponent: bigint, modulus: bigint): bigint {
  let result = 1n;
  for (let factor = base % modulus, rest = exponent; rest > 0n; rest >>= 1n) {
    if ((rest & 1n) === 1n) result = (result * factor) % modulus;
    factor = (factor * factor) % modulus;
  }
  return result;
}

/** What is wrong with an encoded Ed25519 key (RFC 8032 section 5.1.3): no point of the curve, or one of the few of small order. */
export function ed25519Fault(key: Uint8Array): 'curve' | 'small_order' | undefined {
  const bytes = Uint8Array.from(key).reverse();
  bytes[0] = (bytes[0] ?? 0) & 0x7f;
  const y = toBigInt(bytes);
  if (key.length !== 32 || y >= p25519) return 'curve';
  const y2 = (y * y) % p25519;
  const numerator = (y2 - 1n + p25519) % p25519;
  const denominator = (d25519 * y2 + 1n) % p25519;
  const x2 = (numerator * power(denominator, p25519 - 2n, p25519)) % p25519;
  if (x2 === 0n) return 'small_order';
  if (power(x2, (p25519 - 1n) / 2n, p25519) !== 1n) return 'curve';
  return hasSmallOrder(x2, y2) ? 'small_order' : undefined;
}

/** Order 4: y = 0. Order 8: doubling gives y = 0, that is x² + y² = 0 up to the denominator (RFC 7748 section 4.1). */
function hasSmallOrder(x2: bigint, y2: bigint): boolean {
  return y2 === 0n || (x2 + y2) % p25519 === 0n;
}
