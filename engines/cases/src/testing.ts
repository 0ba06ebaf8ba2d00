import { checkDigit } from './thai-number.ts';

/** A national identification number for tests with a right check digit: `seed` makes the digits after the first. */
export function fakeNationalId(seed: number): string {
  const digits = `1${String(Math.abs(seed) % 100_000_000_000).padStart(11, '0')}`;
  return digits + checkDigit(digits);
}

/** A juristic-person number for tests with a right check digit. */
export function fakeJuristicPersonNumber(seed: number): string {
  const digits = `01055${String(Math.abs(seed) % 10_000_000).padStart(7, '0')}`;
  return digits + checkDigit(digits);
}
