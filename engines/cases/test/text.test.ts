import { isCleanText, isIsoDate, tidyText } from '@tra/cases';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

describe('isCleanText', () => {
  it.each(['', 'สมชาย ใจดี', 'น้ำผึ้ง', 'Café', '😀', '👩‍👧', 'a\u200bb', '“คำพูด”', '฿100', '\u00a0'])(
    'accepts %j',
    (text) => {
      expect(isCleanText(text)).toBe(true);
    },
  );

  it.each([
    ['U+0000', 'a\u0000b'],
    ['a bell', '\u0007'],
    ['an escape', '\u001b[31m'],
    ['a line end', 'a\nb'],
    ['a tab', 'a\tb'],
    ['delete', '\u007f'],
    ['a C1 control', '\u0085'],
    ['the first half of a pair', 'a\ud83d'],
    ['the second half of a pair', '\ude00a'],
    ['halves in the wrong order', '\ude00\ud83d'],
    ['a byte order mark', '\ufeffa'],
    ['a replacement character', 'a\ufffd'],
    ['a non-character', '\uffff'],
    ['a non-character of another plane', '\u{1fffe}'],
    ['an override of direction', 'abc\u202etxt'],
    ['an isolate of direction', '\u2066a'],
    ['a line separator', 'a\u2028b'],
    ['a paragraph separator', 'a\u2029b'],
  ])('refuses %s', (_what, text) => {
    expect(isCleanText(text)).toBe(false);
  });

  it('accepts line ends and tabs only where there may be lines', () => {
    expect(isCleanText('a\nb\tc', { lines: true })).toBe(true);
    expect(isCleanText('a\rb', { lines: true })).toBe(false);
    expect(isCleanText('a\u000bb', { lines: true })).toBe(false);
  });
});

describe('tidyText', () => {
  it.each([
    ['  ก  ', 'ก'],
    ['a\r\nb\rc', 'a\nb\nc'],
    ['e\u0301', '\u00e9'],
    ['\u00a0ก\u3000', 'ก'],
    ['น้ำ', 'น้ำ'],
    ['\ud800', '\ud800'],
  ])('%j becomes %j', (text, expected) => {
    expect(tidyText(text)).toBe(expected);
  });

  it('is idempotent, and clean text stays clean', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        const tidy = tidyText(text);
        expect(tidyText(tidy)).toBe(tidy);
        if (isCleanText(text, { lines: true })) expect(isCleanText(tidy, { lines: true })).toBe(true);
      }),
    );
  });
});

describe('isIsoDate', () => {
  it.each(['2026-11-21', '2024-02-29', '2000-02-29', '1000-01-01', '9999-12-31'])('accepts %s', (text) => {
    expect(isIsoDate(text)).toBe(true);
  });

  it.each([
    '2026-02-29',
    '1900-02-29',
    '2026-00-10',
    '2026-01-00',
    '2026-04-31',
    '26-01-01',
    '2026-1-1',
    '2026-01-01T00:00:00Z',
    ' 2026-01-01',
    '',
    '0999-01-01',
    '２０２６-01-01',
  ])('refuses %j', (text) => {
    expect(isIsoDate(text)).toBe(false);
  });

  it('agrees with the calendar of the platform', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1000, max: 9999 }),
        fc.integer({ min: 0, max: 13 }),
        fc.integer({ min: 0, max: 32 }),
        (year, month, day) => {
          const text = `${year}-${String(month).padStart(2, '0')}-${String(day).padStart(2, '0')}`;
          const parsed = new Date(`${text}T00:00:00.000Z`);
          const real = !Number.isNaN(parsed.getTime()) && parsed.toISOString().startsWith(text);
          expect(isIsoDate(text)).toBe(real);
        },
      ),
    );
  });
});
