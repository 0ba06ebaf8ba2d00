import type { Language } from '@tra/kernel';

/*
 * Twin of platform/i18n in the browser: same shapes, same Buddhist era, always a four-digit year.
 * Written out instead of Intl.DateTimeFormat, whose Thai output differs between browsers.
 */
const bangkok = 'Asia/Bangkok';
const monthsShort: Record<Language, string[]> = {
  th: 'ม.ค. ก.พ. มี.ค. เม.ย. พ.ค. มิ.ย. ก.ค. ส.ค. ก.ย. ต.ค. พ.ย. ธ.ค.'.split(' '),
  en: 'Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec'.split(' '),
};
const monthsLong: Record<Language, string[]> = {
  th: 'มกราคม กุมภาพันธ์ มีนาคม เมษายน พฤษภาคม มิถุนายน กรกฎาคม สิงหาคม กันยายน ตุลาคม พฤศจิกายน ธันวาคม'.split(' '),
  en: 'January February March April May June July August September October November December'.split(' '),
};

/** Buddhist era is 543 years ahead of the common era. */
export const BUDDHIST_OFFSET = 543;

export type DateStyle = 'long' | 'medium' | 'numeric';

interface Parts {
  readonly year: number;
  readonly month: number;
  readonly day: number;
  readonly hour: string;
  readonly minute: string;
}

const dateOnly = /^(\d{4})-(\d{2})-(\d{2})$/;

function partsOf(value: Date | string, zone: string): Parts {
  const plain = typeof value === 'string' ? dateOnly.exec(value) : null;
  if (plain) {
    return { year: Number(plain[1]), month: Number(plain[2]), day: Number(plain[3]), hour: '00', minute: '00' };
  }
  const format = new Intl.DateTimeFormat('en-GB-u-ca-gregory', {
    timeZone: zone,
    year: 'numeric',
    month: 'numeric',
    day: 'numeric',
    hour: '2-digit',
    minute: '2-digit',
    hourCycle: 'h23',
  });
  const found = new Map(format.formatToParts(new Date(value)).map((part) => [part.type, part.value]));
  return {
    year: Number(found.get('year')),
    month: Number(found.get('month')),
    day: Number(found.get('day')),
    hour: found.get('hour') ?? '00',
    minute: found.get('minute') ?? '00',
  };
}

function yearIn(language: Language, year: number): number {
  return language === 'th' ? year + BUDDHIST_OFFSET : year;
}

/** "20 พ.ย. 2569" / "20 Nov 2026" (medium), with the full month (long), or "20/11/2569" (numeric). */
export function formatDate(
  value: Date | string,
  language: Language,
  style: DateStyle = 'medium',
  zone: string = bangkok,
): string {
  const { year, month, day } = partsOf(value, zone);
  const shown = yearIn(language, year);
  if (style === 'numeric') return `${String(day).padStart(2, '0')}/${String(month).padStart(2, '0')}/${shown}`;
  const months = style === 'long' ? monthsLong : monthsShort;
  return `${day} ${months[language][month - 1] ?? ''} ${shown}`;
}

/** "14.05 น." / "14:05"; the space does not break, so that no line begins with น. */
export function formatTime(value: Date | string, language: Language, zone: string = bangkok): string {
  const { hour, minute } = partsOf(value, zone);
  return language === 'th' ? `${hour}.${minute}\u00a0น.` : `${hour}:${minute}`;
}

/** "20 พ.ย. 2569 เวลา 14.05 น." / "20 Nov 2026, 14:05". */
export function formatDateTime(
  value: Date | string,
  language: Language,
  style: DateStyle = 'medium',
  zone: string = bangkok,
): string {
  const joint = language === 'th' ? ' เวลา ' : ', ';
  return `${formatDate(value, language, style, zone)}${joint}${formatTime(value, language, zone)}`;
}

export function formatNumber(value: number, language: Language): string {
  return new Intl.NumberFormat(language === 'th' ? 'th-TH-u-nu-latn' : 'en-GB').format(value);
}

/** Satang to "1,250.00 บาท" / "THB 1,250.00". */
export function formatMoney(satang: number, language: Language): string {
  const amount = new Intl.NumberFormat('en-GB', { minimumFractionDigits: 2, maximumFractionDigits: 2 }).format(
    satang / 100,
  );
  return language === 'th' ? `${amount} บาท` : `THB ${amount}`;
}

/** "820 kB", "1.4 MB", "50 GB": decimal units, as file managers show them. */
export function formatBytes(bytes: number): string {
  if (bytes < 1000) return `${bytes} B`;
  if (bytes < 1_000_000) return `${Math.round(bytes / 1000)} kB`;
  const [size, unit] = bytes < 1_000_000_000 ? [bytes / 1_000_000, 'MB'] : [bytes / 1_000_000_000, 'GB'];
  return `${size.toFixed(1).replace(/\.0$/, '')} ${unit}`;
}

/** Months by name, January first, for date inputs. */
export function monthNames(language: Language): readonly string[] {
  return monthsLong[language];
}

/** Whole days from one moment to another (negative when past). */
export function daysUntil(value: Date | string, from: Date): number {
  return Math.ceil((new Date(value).getTime() - from.getTime()) / 86_400_000);
}
