import type { DerElement, ElementBounds } from './element.ts';
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

/** Milliseconds since 1970 of MMDDhhmmss at `at`, in `year`. */
function instant(text: Uint8Array, at: number, year: number): number {
  const month = twoDigits(text, at);
  const day = twoDigits(text, at + 2);
  const hour = twoDigits(text, at + 4);
  const minute = twoDigits(text, at + 6);
  const second = twoDigits(text, at + 8);
  const real = day >= 1 && day <= daysIn(month, year) && hour < 24 && minute < 60 && second < 60;
  if (!real || Number.isNaN(year)) throw invalid();
  return (daysBefore(year, month, day) * 86_400 + hour * 3600 + minute * 60 + second) * 1000;
}

/** Days from 1970-01-01 to a date of the Gregorian calendar, counted in years that begin on 1 March (so 29 February is a last day). */
function daysBefore(year: number, month: number, day: number): number {
  const marchYear = month <= 2 ? year + 399 : year + 400;
  const ofYear = (((month <= 2 ? month + 9 : month - 3) * 153 + 2) / 5) | 0;
  const centuries = (marchYear / 100) | 0;
  return marchYear * 365 + (marchYear >> 2) - centuries + (centuries >> 2) + ofYear + day - 1 - daysTo1970;
}

/** Days from 1 March of the year 400 years before the year 0 to 1 January 1970. */
const daysTo1970 = 719_468 + 146_097;

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
 * Milliseconds since 1970 of the UTCTime or GeneralizedTime whose content stands between two offsets; for readers that walk long
 * lists without making objects. The rules are those of {@link readTime}. Throws {@link Asn1Error}.
 */
export function timeAt(bytes: Uint8Array, tag: number, bounds: Pick<ElementBounds, 'contentStart' | 'end'>): number {
  const { contentStart: start, end } = bounds;
  if (tag === TAG.utcTime) {
    if (end - start !== 13 || bytes[end - 1] !== 0x5a) throw invalid();
    const short = twoDigits(bytes, start);
    return instant(bytes, start + 2, short < 50 ? 2000 + short : 1900 + short);
  }
  if (tag !== TAG.generalizedTime) throw new Asn1Error('asn1.tag_unexpected', { params: { what: 'time', tag } });
  if (end - start < 15 || bytes[end - 1] !== 0x5a) throw invalid();
  const year = twoDigits(bytes, start) * 100 + twoDigits(bytes, start + 2);
  return instant(bytes, start + 4, year) + milliseconds(bytes, start + 14, end - 1);
}

/**
 * UTCTime (1950 to 2049, RFC 5280 section 4.1.2.5.1) or GeneralizedTime in DER form: seconds present, `Z`, no trailing zeros in
 * a fraction (X.690 clause 11.7). Fractions below a millisecond are cut. Throws {@link Asn1Error}.
 */
export function readTime(element: DerElement, tag: number = element.tag): Date {
  const { content } = element;
  return new Date(timeAt(content, tag, { contentStart: 0, end: content.length }));
}

/** Days of 1 January 0000 and 31 December 9999. */
const firstDay: number = daysBefore(0, 1, 1);
const lastDay: number = daysBefore(9999, 12, 31);

/** Octets of the longest encoding that {@link writeTimeAt} makes. */
export const maxTimeOctets = 17;

/**
 * Writes the Time of RFC 5280 section 4.1.2.5 (UTCTime through 2049, otherwise GeneralizedTime, whole seconds) at `at` of `target`
 * and returns where it ends; for builders of long lists. `time` is milliseconds since 1970, in the years 0 to 9999.
 */
export function writeTimeAt(target: Uint8Array, at: number, time: number): number {
  const seconds = Math.floor(time / 1000);
  const days = Math.floor(seconds / 86_400);
  if (!(days >= firstDay && days <= lastDay)) throw invalid();
  const rest = (seconds - days * 86_400) | 0;
  // The inverse of daysBefore: eras of 400 years, in which leap years come after 1,460, 36,524 and 146,096 days.
  const shifted = (days + daysTo1970) | 0;
  const era = (shifted / 146_097) | 0;
  const ofEra = shifted - era * 146_097;
  const yearOfEra = ((ofEra - ((ofEra / 1460) | 0) + ((ofEra / 36_524) | 0) - ((ofEra / 146_096) | 0)) / 365) | 0;
  const ofYear = ofEra - (365 * yearOfEra + (yearOfEra >> 2) - ((yearOfEra / 100) | 0));
  const marchMonth = ((5 * ofYear + 2) / 153) | 0;
  const month = marchMonth < 10 ? marchMonth + 3 : marchMonth - 9;
  const year = yearOfEra + era * 400 - 400 + (month <= 2 ? 1 : 0);
  const short = year >= 1950 && year <= 2049;
  target[at] = short ? TAG.utcTime : TAG.generalizedTime;
  target[at + 1] = short ? 13 : 15;
  let next = at + 2;
  if (!short) next = putTwoDigits(target, next, (year / 100) | 0);
  next = putTwoDigits(target, next, year % 100);
  next = putTwoDigits(target, next, month);
  next = putTwoDigits(target, next, ofYear - (((153 * marchMonth + 2) / 5) | 0) + 1);
  next = putTwoDigits(target, next, (rest / 3600) | 0);
  next = putTwoDigits(target, next, ((rest / 60) | 0) % 60);
  next = putTwoDigits(target, next, rest % 60);
  target[next] = 0x5a;
  return next + 1;
}

function putTwoDigits(target: Uint8Array, at: number, value: number): number {
  const tens = (value / 10) | 0;
  target[at] = 0x30 + tens;
  target[at + 1] = 0x30 + value - tens * 10;
  return at + 2;
}
