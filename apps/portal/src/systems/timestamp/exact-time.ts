import type { Language } from '@tra/kernel';
import { formatDate, formatNumber } from '../../i18n/format.ts';
import type { I18n } from '../../i18n/language.tsx';

/** "21 พ.ย. 2569 เวลา 17.05.31 น. (เวลาประเทศไทย)": to the second, as a time-stamp is read. */
export function bangkokTime(at: string, language: Language): string {
  const [hours = '', minutes = '', seconds = ''] = new Date(Date.parse(at) + 7 * 3_600_000)
    .toISOString()
    .slice(11, 19)
    .split(':');
  const date = formatDate(at, language, 'long');
  return language === 'th'
    ? `${date} เวลา ${hours}.${minutes}.${seconds}\u00a0น.`
    : `${date}, ${hours}:${minutes}:${seconds} (Thailand, UTC+7)`;
}

/** "2026-11-21 10:05:31.123 UTC". */
export function utcTime(at: string): string {
  return `${new Date(at).toISOString().replace('T', ' ').replace('Z', '')} UTC`;
}

/** "within 1 second", "within 500 milliseconds". */
export function accuracyWords(milliseconds: number, { t, language }: Pick<I18n, 't' | 'language'>): string {
  return milliseconds % 1000 === 0
    ? t('stamp.within_seconds', { count: formatNumber(milliseconds / 1000, language) })
    : t('stamp.within', { ms: formatNumber(milliseconds, language) });
}
