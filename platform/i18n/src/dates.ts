import type { Language } from '@tra/kernel';

/** How a date is written: `20 พฤศจิกายน 2569` (or `พ.ศ. 2569`), `20 พ.ย. 2569`, `20/11/2569`. The year always has four digits. */
export type DateStyle = 'long' | 'medium' | 'numeric';

/** The time zone of Thailand: what people mean unless they say otherwise. */
export const THAI_ZONE = 'Asia/Bangkok';

interface Parts {
  readonly year: number;
  readonly month: number;
  readonly day: number;
  readonly hour: number;
  readonly minute: number;
}

const months: Record<Language, Record<'long' | 'medium', readonly string[]>> = {
  th: {
    long: 'มกราคม กุมภาพันธ์ มีนาคม เมษายน พฤษภาคม มิถุนายน กรกฎาคม สิงหาคม กันยายน ตุลาคม พฤศจิกายน ธันวาคม'.split(' '),
    medium: 'ม.ค. ก.พ. มี.ค. เม.ย. พ.ค. มิ.ย. ก.ค. ส.ค. ก.ย. ต.ค. พ.ย. ธ.ค.'.split(' '),
  },
  en: {
    long: 'January February March April May June July August September October November December'.split(' '),
    medium: 'Jan Feb Mar Apr May Jun Jul Aug Sept Oct Nov Dec'.split(' '),
  },
};

const buddhistOffset = 543;
const formatters = new Map<string, Intl.DateTimeFormat>();

function formatterOf(zone: string): Intl.DateTimeFormat {
  let formatter = formatters.get(zone);
  if (!formatter) {
    const digits = { year: 'numeric', month: 'numeric', day: 'numeric', hour: 'numeric', minute: 'numeric' } as const;
    formatter = new Intl.DateTimeFormat('en-GB-u-ca-gregory-nu-latn', { ...digits, hourCycle: 'h23', timeZone: zone });
    if (formatters.size < 100) formatters.set(zone, formatter);
  }
  return formatter;
}

function partsOfCalendarDate(text: string): Parts {
  const [year = 0, month = 0, day = 0] = text.split('-').map(Number);
  const date = new Date(Date.UTC(year, month - 1, day));
  if (year < 1000 || date.getUTCMonth() !== month - 1 || date.getUTCDate() !== day) throw new RangeError('no such day');
  return { year, month, day, hour: 0, minute: 0 };
}

function partsOf(date: Date | string, zone: string): Parts {
  if (typeof date === 'string' && /^\d{4}-\d{2}-\d{2}$/.test(date)) return partsOfCalendarDate(date);
  const instant = new Date(date);
  const year = instant.getUTCFullYear();
  if (!(year >= 1000 && year <= 9000)) throw new RangeError('not a date between the years 1000 and 9000');
  const parts = { year: 0, month: 0, day: 0, hour: 0, minute: 0 };
  for (const { type, value } of formatterOf(zone).formatToParts(instant)) {
    if (type in parts) parts[type as keyof Parts] = Number(value);
  }
  return parts;
}

const two = (value: number): string => String(value).padStart(2, '0');

function writeDate(parts: Parts, language: Language, style: DateStyle): string {
  const year = language === 'th' ? parts.year + buddhistOffset : parts.year;
  if (style === 'numeric') return `${two(parts.day)}/${two(parts.month)}/${year}`;
  return `${parts.day} ${months[language][style][parts.month - 1]} ${year}`;
}

function writeTime(parts: Parts, language: Language): string {
  return language === 'th' ? `${two(parts.hour)}.${two(parts.minute)} น.` : `${two(parts.hour)}:${two(parts.minute)}`;
}

/**
 * The day of `date` as people read it: Thai in the Buddhist era, English in the Gregorian calendar, never with a two-digit year.
 * A string `YYYY-MM-DD` is that calendar day wherever one is; a Date or an RFC 3339 text is an instant, shown in `zone`
 * (Thailand's when absent). Throws a RangeError for what is no date or lies outside the years 1000 to 9000.
 *
 * @example
 * formatDate('2026-11-20', 'th'); // '20 พ.ย. 2569'
 */
export function formatDate(
  date: Date | string,
  language: Language,
  style: DateStyle = 'medium',
  zone: string = THAI_ZONE,
): string {
  return writeDate(partsOf(date, zone), language, style);
}

/** The time of day: `14.05 น.` in Thai, `14:05` in English. Throws as {@link formatDate}. */
export function formatTime(date: Date | string, language: Language, zone: string = THAI_ZONE): string {
  return writeTime(partsOf(date, zone), language);
}

/** Day and time: `20 พ.ย. 2569 14.05 น.`, `20 Nov 2026, 14:05`. Throws as {@link formatDate}. */
export function formatDateTime(
  date: Date | string,
  language: Language,
  style: DateStyle = 'medium',
  zone: string = THAI_ZONE,
): string {
  const parts = partsOf(date, zone);
  return `${writeDate(parts, language, style)}${language === 'th' ? ' ' : ', '}${writeTime(parts, language)}`;
}
