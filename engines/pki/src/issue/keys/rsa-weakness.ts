import { checkPrimeSync } from 'node:crypto';

/** Odd primes below 752, the smallest factor that the baseline requirements let pass (CA/Browser Forum, section 6.1.6). */
const smallPrimes: readonly number[] = primesBelow(752);
const product: bigint = smallPrimes.reduce((all, prime) => all * BigInt(prime), 1n);

function primesBelow(limit: number): number[] {
  const primes: number[] = [];
  for (let candidate = 3; candidate < limit; candidate += 2) {
    if (primes.every((prime) => candidate % prime !== 0)) primes.push(candidate);
  }
  return primes;
}

/** The smallest odd prime below 752 that divides `modulus`. */
export function smallFactor(modulus: bigint): number | undefined {
  const rest = modulus % product;
  return smallPrimes.find((prime) => rest % BigInt(prime) === 0n);
}

/**
 * Primes at which keys of the weak generator of CVE-2017-15361 (ROCA) show: their moduli are powers of 65537 there, which an
 * honest modulus is at all of them once in 2^27 or so.
 */
const rocaPrimes = [11, 13, 17, 19, 37, 53, 61, 71, 73, 79, 97, 103, 107, 109, 127, 151, 157] as const;
const rocaProduct: bigint = rocaPrimes.reduce((all, prime) => all * BigInt(prime), 1n);
const rocaPowers: readonly (readonly [bigint, ReadonlySet<number>])[] = rocaPrimes.map((prime) => {
  const powers = new Set<number>();
  for (let power = 1; !powers.has(power); power = (power * 65_537) % prime) powers.add(power);
  return [BigInt(prime), powers];
});

/** Whether `modulus` has the fingerprint of the ROCA generator. */
export function hasRocaFingerprint(modulus: bigint): boolean {
  const rest = modulus % rocaProduct;
  return rocaPowers.every(([prime, powers]) => powers.has(Number(rest % prime)));
}

/** Rounds of Fermat's method that the baseline requirements demand (CA/Browser Forum, section 6.1.1.3). */
const fermatRounds = 100;

/** Whether the two primes are so close that Fermat's method finds them at once; a square counts too. */
export function hasClosePrimes(modulus: bigint): boolean {
  let a = squareRoot(modulus);
  if (a * a < modulus) a += 1n;
  for (let round = 0; round < fermatRounds; round += 1, a += 1n) {
    const rest = a * a - modulus;
    if (mayBeSquare(rest)) {
      const root = squareRoot(rest);
      if (root * root === rest) return true;
    }
  }
  return false;
}

/** Squares end in few patterns: one in four numbers modulo 16, fewer modulo 3 · 5 · 7 · 11 · 13. */
function mayBeSquare(value: bigint): boolean {
  const low = Number(value & 15n);
  if (low !== 0 && low !== 1 && low !== 4 && low !== 9) return false;
  const rest = Number(value % 15_015n);
  return [3, 5, 7, 11, 13].every((prime) => squares(prime).has(rest % prime));
}

const squareSets: Map<number, ReadonlySet<number>> = new Map();

function squares(prime: number): ReadonlySet<number> {
  let set = squareSets.get(prime);
  if (!set) {
    set = new Set(Array.from({ length: prime }, (_, root) => (root * root) % prime));
    squareSets.set(prime, set);
  }
  return set;
}

/** The integer square root by Newton's method. */
function squareRoot(value: bigint): bigint {
  if (value < 2n) return value;
  let root = 1n << BigInt((value.toString(16).length * 4 + 2) >> 1);
  for (;;) {
    const next = (root + value / root) >> 1n;
    if (next >= root) return root;
    root = next;
  }
}

/** Whether the modulus is itself a prime: such a key is factored by looking at it, but signs like another. */
export function isPrimeModulus(modulus: bigint): boolean {
  return checkPrimeSync(modulus, { checks: 1 });
}
