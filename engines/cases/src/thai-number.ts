import type { ErrorParams } from '@tra/kernel';
import { arabicDigits } from './text.ts';

/** A number that was accepted, in its stored form, or what is wrong with it. */
export type NumberCheck =
  | { readonly ok: true; readonly value: string }
  | { readonly ok: false; readonly code: string; readonly params: ErrorParams };

const DIGITS = 13;

/** Digits of a number as people write it: Thai digits, spaces and hyphens are understood. */
export function compactNumber(text: string): string {
  return arabicDigits(text).replace(/[\s\u2010-\u2015-]/g, '');
}

/** The check digit that belongs to the first twelve digits: 11 − (Σ digit × (13 − position) mod 11), its last digit. */
export function checkDigit(digits: string): number {
  let sum = 0;
  for (let index = 0; index < DIGITS - 1; index += 1) sum += Number(digits[index]) * (DIGITS - index);
  return (11 - (sum % 11)) % 10;
}

function check(text: string, name: string, first: RegExp): NumberCheck {
  const digits = compactNumber(text);
  const refuse = (problem: string, params: ErrorParams = {}): NumberCheck => ({
    ok: false,
    code: `cases.${name}_${problem}`,
    params,
  });
  if (!/^[0-9]*$/.test(digits)) return refuse('digits_only');
  if (digits.length !== DIGITS) return refuse('length', { expected: DIGITS, actual: digits.length });
  if (!first.test(digits)) return refuse('first_digit');
  if (checkDigit(digits) !== Number(digits[DIGITS - 1])) return refuse('check_digit');
  return { ok: true, value: digits };
}

/**
 * Checks a Thai national identification number: 13 digits, the first 1 to 8, the last a check digit.
 *
 * @example
 * checkNationalId('1-1017-00207-36-6'); // { ok: false, code: 'cases.national_id_check_digit', params: {} }
 */
export function checkNationalId(text: string): NumberCheck {
  return check(text, 'national_id', /^[1-8]/);
}

/** Checks a juristic-person registration number: 13 digits, the first 0, the last a check digit of the same kind. */
export function checkJuristicPersonNumber(text: string): NumberCheck {
  return check(text, 'juristic_number', /^0/);
}
