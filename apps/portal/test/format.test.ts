import { describe, expect, it } from 'vitest';
import {
  daysUntil,
  formatBytes,
  formatDate,
  formatDateTime,
  formatMoney,
  formatNumber,
  formatTime,
  monthNames,
} from '../src/i18n/format.ts';

const moment = '2026-11-20T07:05:00.000Z';

describe('dates', () => {
  it('are of the Buddhist era in Thai, with a four-digit year', () => {
    expect(formatDate(moment, 'th')).toBe('20 พ.ย. 2569');
    expect(formatDate(moment, 'th', 'long')).toBe('20 พฤศจิกายน 2569');
    expect(formatDate(moment, 'th', 'numeric')).toBe('20/11/2569');
  });
  it('are of the common era in English', () => {
    expect(formatDate(moment, 'en')).toBe('20 Nov 2026');
    expect(formatDate(moment, 'en', 'long')).toBe('20 November 2026');
  });
  it('keep the day of a plain date in every zone', () => {
    expect(formatDate('2026-01-01', 'th', 'medium', 'America/Los_Angeles')).toBe('1 ม.ค. 2569');
  });
  it('turn at midnight in Bangkok', () => {
    expect(formatDate('2026-12-31T17:00:00Z', 'th')).toBe('1 ม.ค. 2570');
    expect(formatDate('2026-12-31T16:59:59Z', 'th')).toBe('31 ธ.ค. 2569');
  });
  it('name twelve months', () => expect(monthNames('th')).toHaveLength(12));
});

describe('times', () => {
  it('are written with a point and น. in Thai', () => {
    expect(formatTime(moment, 'th')).toBe('14.05\u00a0น.');
    expect(formatTime(moment, 'en')).toBe('14:05');
    expect(formatTime('2026-11-19T17:00:00Z', 'th')).toBe('00.00\u00a0น.');
  });
  it('follow the date', () => {
    expect(formatDateTime(moment, 'th')).toBe('20 พ.ย. 2569 เวลา 14.05\u00a0น.');
    expect(formatDateTime(moment, 'en')).toBe('20 Nov 2026, 14:05');
  });
});

describe('numbers', () => {
  it('are grouped, in Arabic digits', () => {
    expect(formatNumber(1234567, 'th')).toBe('1,234,567');
    expect(formatMoney(125050, 'th')).toBe('1,250.50 บาท');
    expect(formatMoney(5000, 'en')).toBe('THB 50.00');
  });
  it('shorten sizes', () => {
    expect([999, 820_000, 5_000_000, 1_240_000].map(formatBytes)).toEqual(['999 B', '820 kB', '5 MB', '1.2 MB']);
  });
  it('count days ahead and behind', () => {
    const now = new Date('2026-11-20T00:00:00Z');
    expect(daysUntil('2026-11-21T00:00:00Z', now)).toBe(1);
    expect(daysUntil('2026-11-18T00:00:00Z', now)).toBe(-2);
  });
});
