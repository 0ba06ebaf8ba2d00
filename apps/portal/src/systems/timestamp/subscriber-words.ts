import type { Language } from '@tra/kernel';
import { formatNumber } from '../../i18n/format.ts';
import type { I18n } from '../../i18n/language.tsx';
import type { StatusTone } from '../../ui/status-tag.tsx';
import type { Subscriber, SubscriberKey, SubscriberState } from './api.ts';

/** How a subscription stands, by colour and icon. */
export const stateTones: Readonly<Record<SubscriberState, StatusTone>> = {
  requested: 'waiting',
  active: 'holds',
  suspended: 'unknown',
  closed: 'fails',
};

/** "1,000 a day, 20,000 a month", or that there is no limit. */
export function quotaWords({ perDay, perMonth }: Subscriber, t: I18n['t'], language: Language): string {
  const parts = [
    ...(perDay === null ? [] : [t('stampsub.per_day_n', { count: formatNumber(perDay, language) })]),
    ...(perMonth === null ? [] : [t('stampsub.per_month_n', { count: formatNumber(perMonth, language) })]),
  ];
  return parts.length > 0 ? parts.join(' · ') : t('stampsub.unlimited');
}

/** How a key stands at a moment. */
export function keyStanding(key: SubscriberKey, now: Date): 'active' | 'expired' | 'ended' {
  if (key.revokedAt) return 'ended';
  return new Date(key.expiresAt) <= now ? 'expired' : 'active';
}

/** A number that somebody typed, without separators; null for nothing, NaN for what is none. */
export function quotaOf(text: string): number | null {
  const plain = text.replace(/[\s,]/g, '');
  if (plain === '') return null;
  return /^[1-9]\d{0,10}$/.test(plain) ? Number(plain) : Number.NaN;
}
