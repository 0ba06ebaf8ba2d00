import { loadMessages } from '@tra/platform-i18n';
import { messagesOf } from '@tra/platform-system';
import { describe, expect, it } from 'vitest';
import { timestamp } from '../src/index.ts';
import { waitText, wordsOf } from '../src/words.ts';

describe('a wait', () => {
  it.each([
    [0, '1 second', '1 วินาที'],
    [1, '1 second', '1 วินาที'],
    [59.2, '60 seconds', '60 วินาที'],
    [119, '119 seconds', '119 วินาที'],
    [120, '2 minutes', '2 นาที'],
    [121, '3 minutes', '3 นาที'],
    [7_199, '120 minutes', '120 นาที'],
    [7_200, '2 hours', '2 ชั่วโมง'],
    [86_400, '24 hours', '24 ชั่วโมง'],
    [172_800, '2 days', '2 วัน'],
    [2_600_000, '31 days', '31 วัน'],
  ])('of %d seconds is said as people say it', (seconds, english, thai) => {
    expect([waitText(seconds, 'en'), waitText(seconds, 'th')]).toEqual([english, thai]);
  });
});

describe('words of a code', () => {
  const messages = loadMessages([messagesOf(timestamp)]);

  it('hold times in the calendar of the reader', () => {
    const expired = { code: 'timestamp.unit_expired', params: { notAfter: '2026-11-21T17:05:00Z' } };
    expect(wordsOf(messages, 'th', expired)).toContain('22 พ.ย. 2569');
    expect(wordsOf(messages, 'en', expired)).toContain('22 Nov 2026, 00:05');
  });

  it('keep what only looks like a time, and a code without words', () => {
    const odd = { code: 'timestamp.unit_expired', params: { notAfter: '2026-13-41T99:99:00Z' } };
    expect(wordsOf(messages, 'en', odd)).toContain('2026-13-41T99:99:00Z');
    expect(wordsOf(messages, 'en', { code: 'timestamp.never_heard' })).toBe('timestamp.never_heard');
  });
});
