import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type DateStyle, formatDate, formatDateTime, formatTime } from '../src/index.ts';

const styles: DateStyle[] = ['long', 'medium', 'numeric'];
const instants = fc.date({
  min: new Date('1700-01-01T00:00:00Z'),
  max: new Date('2500-01-01T00:00:00Z'),
  noInvalidDate: true,
});

describe('formatDate', () => {
  it.each([
    ['th', 'long', '20 พฤศจิกายน 2569'],
    ['th', 'medium', '20 พ.ย. 2569'],
    ['th', 'numeric', '20/11/2569'],
    ['en', 'long', '20 November 2026'],
    ['en', 'medium', '20 Nov 2026'],
    ['en', 'numeric', '20/11/2026'],
  ] as const)('writes a day in %s, %s', (language, style, expected) => {
    expect(formatDate('2026-11-20', language, style)).toBe(expected);
  });

  it('takes an instant for the day it is in Thailand', () => {
    expect(formatDate('2026-11-20T17:30:00Z', 'th')).toBe('21 พ.ย. 2569');
    expect(formatDate(new Date('2026-11-20T16:59:59Z'), 'th')).toBe('20 พ.ย. 2569');
    expect(formatDate('2026-11-20T17:30:00Z', 'en', 'medium', 'UTC')).toBe('20 Nov 2026');
  });

  it('turns the year where Thailand does', () => {
    expect(formatDate('2026-12-31T17:00:00Z', 'th')).toBe('1 ม.ค. 2570');
  });

  it('agrees with ICU for every day of a year', () => {
    const icu = new Intl.DateTimeFormat('th-TH-u-ca-buddhist-nu-latn', {
      day: 'numeric',
      month: 'long',
      year: 'numeric',
      timeZone: 'UTC',
    });
    const short = new Intl.DateTimeFormat('th-TH-u-ca-buddhist-nu-latn', { month: 'short', timeZone: 'UTC' });
    for (let day = 1; day <= 366; day += 1) {
      const date = new Date(Date.UTC(2028, 0, day));
      const calendarDay = date.toISOString().slice(0, 10);
      expect(formatDate(calendarDay, 'th', 'long')).toBe(icu.format(date).replace(/พ\.ศ\. ?/, ''));
      expect(formatDate(calendarDay, 'th')).toContain(short.format(date));
    }
  });

  it('never writes a year with two digits', () => {
    fc.assert(
      fc.property(
        instants,
        fc.constantFrom('th' as const, 'en' as const),
        fc.constantFrom(...styles),
        (date, language, style) => {
          const text = formatDate(date, language, style);
          const year = /\d+$/.exec(text)?.[0] ?? '';
          expect(year).toHaveLength(4);
          expect(formatDateTime(date, language, style)).toContain(text);
        },
      ),
    );
  });

  it('puts the Buddhist year 543 years after the Gregorian one', () => {
    fc.assert(
      fc.property(instants, (date) => {
        const [thai, english] = (['th', 'en'] as const).map((language) => Number(formatDate(date, language).slice(-4)));
        expect(thai! - english!).toBe(543);
      }),
    );
  });

  it.each(['', 'yesterday', '2026-02-30', '2026-13-01', '0050-01-01', '+012026-01-01T00:00:00Z'])(
    'refuses %s',
    (text) => {
      expect(() => formatDate(text, 'th')).toThrow(RangeError);
    },
  );

  it('refuses an invalid Date and an unknown zone', () => {
    expect(() => formatDate(new Date(Number.NaN), 'th')).toThrow(RangeError);
    expect(() => formatDate('2026-11-20T00:00:00Z', 'th', 'medium', 'Mars/Olympus')).toThrow(RangeError);
  });
});

describe('formatTime', () => {
  it('writes the time as each language does', () => {
    expect(formatTime('2026-11-20T07:05:00Z', 'th')).toBe('14.05 น.');
    expect(formatTime('2026-11-20T07:05:00Z', 'en')).toBe('14:05');
    expect(formatTime('2026-11-20T17:00:00Z', 'th')).toBe('00.00 น.');
  });
});

describe('formatDateTime', () => {
  it('writes both', () => {
    expect(formatDateTime('2026-11-20T07:05:00Z', 'th')).toBe('20 พ.ย. 2569 14.05 น.');
    expect(formatDateTime('2026-11-20T07:05:00Z', 'en', 'long')).toBe('20 November 2026, 14:05');
  });
});
