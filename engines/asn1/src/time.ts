import type { DerElement } from './element.ts';
import { Asn1Error } from './errors.ts';
import { TAG } from './tags.ts';

const utcTimePattern = /^(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)Z$/;
const generalizedTimePattern = /^(\d{4})(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)(?:\.(\d{0,8}[1-9]))?Z$/;

function instant(parts: readonly string[], year: number, fraction: string | undefined): Date {
  const [month = 0, day = 0, hour = 0, minute = 0, second = 0] = parts.map(Number);
  const milliseconds = fraction === undefined ? 0 : Math.floor(Number(`0.${fraction}`) * 1000 + 1e-6);
  const date = new Date(0);
  date.setUTCFullYear(year, month - 1, day);
  date.setUTCHours(hour, minute, second, milliseconds);
  const real = date.getUTCMonth() === month - 1 && date.getUTCDate() === day && hour < 24 && minute < 60 && second < 60;
  if (!real) throw new Asn1Error('asn1.value_invalid', { params: { what: 'time' } });
  return date;
}

/**
 * UTCTime (1950 to 2049, RFC 5280 section 4.1.2.5.1) or GeneralizedTime in DER form: seconds present, `Z`, no trailing zeros in
 * a fraction (X.690 clause 11.7). Fractions below a millisecond are cut. Throws {@link Asn1Error}.
 */
export function readTime(element: DerElement, tag: number = element.tag): Date {
  if (element.content.length > 32) throw new Asn1Error('asn1.value_invalid', { params: { what: 'time' } });
  const text = String.fromCharCode(...element.content);
  if (tag === TAG.utcTime) {
    const match = utcTimePattern.exec(text);
    if (match?.[1]) {
      const short = Number(match[1]);
      return instant(match.slice(2, 7), short < 50 ? 2000 + short : 1900 + short, undefined);
    }
  } else if (tag === TAG.generalizedTime) {
    const match = generalizedTimePattern.exec(text);
    if (match?.[1]) return instant(match.slice(2, 7), Number(match[1]), match[7]);
  } else {
    throw new Asn1Error('asn1.tag_unexpected', { params: { what: 'time', tag } });
  }
  throw new Asn1Error('asn1.value_invalid', { params: { what: 'time' } });
}
