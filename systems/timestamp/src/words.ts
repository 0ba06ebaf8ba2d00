import type { ErrorParams, Language } from '@tra/kernel';
import { formatDateTime, type Messages } from '@tra/platform-i18n';

const instant = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(?::\d{2}(?:\.\d+)?)?(?:Z|[+-]\d{2}:\d{2})$/;

/** The sentence of a code in the reader's language, times in the reader's calendar; the code itself where it has no words. */
export function wordsOf(
  messages: Messages,
  language: Language,
  { code, params = {} }: { readonly code: string; readonly params?: ErrorParams },
): string {
  if (!messages.has(code)) return code;
  const read = Object.entries(params).map(([name, value]) => [name, readable(value, language)]);
  return messages.translate(code, language, Object.fromEntries(read));
}

function readable<T>(value: T, language: Language): T | string {
  if (typeof value !== 'string' || !instant.test(value)) return value;
  try {
    return formatDateTime(value, language);
  } catch {
    return value;
  }
}

const units = [
  { seconds: 86_400, th: 'วัน', en: 'day' },
  { seconds: 3_600, th: 'ชั่วโมง', en: 'hour' },
  { seconds: 60, th: 'นาที', en: 'minute' },
  { seconds: 1, th: 'วินาที', en: 'second' },
] as const;

/** A wait as people say it, rounded up in the largest unit of which there are at least two: `5 minutes`, `14 ชั่วโมง`; one second at least. */
export function waitText(seconds: number, language: Language): string {
  const whole = Math.max(1, Math.ceil(seconds));
  const unit = units.find((one) => whole >= 2 * one.seconds) ?? units[3];
  const count = Math.ceil(whole / unit.seconds);
  return language === 'th' ? `${count} ${unit.th}` : `${count} ${unit.en}${count === 1 ? '' : 's'}`;
}
