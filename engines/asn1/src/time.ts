import type { DerElement } from './element.ts';
import { Asn1Error } from './errors.ts';
import { TAG } from './tags.ts';

function invalid(): Asn1Error {
  return new Asn1Error('asn1.value_invalid', { params: { what: 'time' } });
}

/** Two decimal digits at `at`; NaN when they are not digits. */
function twoDigits(text: Uint8Array, at: number): number {
  const tens = (text[at] ?? 0) - 0x30;
  const ones = (text[at + 1] ?? 0) - 0x30;
  return tens >= 0 && tens <= 9 && ones >= 0 && ones <= 9 ? tens * 10 + ones : Number.NaN;
}

const monthDays: readonly number[] = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];

function daysIn(month: number, year: number): number {
  const leap = year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0);
  return month === 2 && leap ? 29 : (monthDays[month - 1] ?? 0);
}

/** The instant of MMDDhhmmss at `at`, in `year`. */
function instant(text: Uint8Array, at: number, year: number): Date {
  const month = twoDigits(text, at);
  const day = twoDigits(text, at + 2);
  const hour = twoDigits(text, at + 4);
  const minute = twoDigits(text, at + 6);
  const second = twoDigits(text, at + 8);
  const real = day >= 1 && day <= daysIn(month, year) && hour < 24 && minute < 60 && second < 60;
  if (!real || Number.isNaN(year)) throw invalid();
  const date = new Date(Date.UTC(2000, month - 1, day, hour, minute, second));
  // Date.UTC takes years below 100 for the 1900s, and 2000 has every day of every other year.
  if (year !== 2000) date.setUTCFullYear(year, month - 1, day);
  return date;
}

/** Milliseconds of `.f…f` between `start` and `end`: at most nine digits, the last not 0 (X.690 clause 11.7.3); finer ones are cut. */
function milliseconds(text: Uint8Array, start: number, end: number): number {
  if (start === end) return 0;
  if (text[start] !== 0x2e || end - start < 2 || end - start > 10 || text[end - 1] === 0x30) throw invalid();
  let value = 0;
  for (let at = start + 1; at < end; at += 1) {
    const digit = (text[at] ?? 0) - 0x30;
    if (digit < 0 || digit > 9) throw invalid();
    if (at < start + 4) value += digit * 10 ** (start + 3 - at);
  }
  return value;
}

/**
 * UTCTime (1950 to 2049, RFC 5280 section 4.1.2.5.1) or GeneralizedTime in DER form: seconds present, `Z`, no trailing zeros in
 * a fraction (X.690 clause 11.7). Fractions below a millisecond are cut. Throws {@link Asn1Error}.
 */
export function readTime(element: DerElement, tag: number = element.tag): Date {
  const text = element.content;
  const last = text.length - 1;
  if (tag === TAG.utcTime) {
    if (text.length !== 13 || text[last] !== 0x5a) throw invalid();
    const short = twoDigits(text, 0);
    return instant(text, 2, short < 50 ? 2000 + short : 1900 + short);
  }
  if (tag !== TAG.generalizedTime) throw new Asn1Error('asn1.tag_unexpected', { params: { what: 'time', tag } });
  if (text.length < 15 || text[last] !== 0x5a) throw invalid();
  const date = instant(text, 4, twoDigits(text, 0) * 100 + twoDigits(text, 2));
  const fraction = milliseconds(text, 14, last);
  return fraction === 0 ? date : new Date(date.getTime() + fraction);
}
