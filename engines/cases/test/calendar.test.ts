import { bangkokDate, buddhistYear, dueAt, endOfBangkokDay, lastValidDay } from '@tra/cases';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { refusal } from './sample.ts';

describe('bangkokDate', () => {
  it.each([
    ['2026-11-20T16:59:59.999Z', '2026-11-20'],
    ['2026-11-20T17:00:00.000Z', '2026-11-21'],
    ['2026-12-31T17:00:00.000Z', '2027-01-01'],
  ])('%s is %s', (instant, date) => {
    expect(bangkokDate(new Date(instant))).toBe(date);
  });

  it('knows the end of the day and the Buddhist year', () => {
    expect(endOfBangkokDay('2026-11-20').toISOString()).toBe('2026-11-20T16:59:59.999Z');
    expect(buddhistYear('2026-11-20')).toBe(2569);
  });
});

describe('dueAt', () => {
  it.each([
    ['P1WD', '2026-11-20T03:00:00Z', '2026-11-23'], // Friday → Monday
    ['P3WD', '2026-11-16T03:00:00Z', '2026-11-19'], // Monday → Thursday
    ['P3WD', '2026-11-19T03:00:00Z', '2026-11-24'], // Thursday → Tuesday
    ['P3WD', '2026-11-21T03:00:00Z', '2026-11-25'], // Saturday → Wednesday
    ['P1WD', '2026-11-22T18:00:00Z', '2026-11-24'], // already Monday in Bangkok
    ['P15D', '2026-11-20T03:00:00Z', '2026-12-05'],
    ['P1D', '2026-02-28T03:00:00Z', '2026-03-01'],
  ])('%s from %s is the end of %s', (allowance, from, date) => {
    expect(dueAt(allowance, new Date(from)).toISOString()).toBe(`${date}T16:59:59.999Z`);
  });

  it('leaves out holidays for working days only', () => {
    const holiday = (date: string) => date === '2026-11-23';
    expect(bangkokDate(dueAt('P1WD', new Date('2026-11-20T03:00:00Z'), holiday))).toBe('2026-11-24');
    expect(bangkokDate(dueAt('P3D', new Date('2026-11-20T03:00:00Z'), holiday))).toBe('2026-11-23');
  });

  it('ends even when every day is a holiday', () => {
    expect(dueAt('P1WD', new Date('2026-11-20T03:00:00Z'), () => true).getTime()).toBeGreaterThan(0);
  });

  it.each(['', 'P', 'P0D', 'P-1D', '3WD', 'P3W', 'P1000D', 'P3wd'])('refuses %j', (allowance) => {
    expect(refusal(() => dueAt(allowance, new Date())).code).toBe('cases.definition_invalid');
  });

  it('agrees with counting day by day', () => {
    const start = Date.UTC(2020, 0, 1);
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 4000 }), fc.integer({ min: 1, max: 60 }), (offset, days) => {
        const from = new Date(start + offset * 86_400_000);
        let cursor = from.getTime();
        for (let left = days; left > 0; ) {
          cursor += 86_400_000;
          const day = new Date(cursor + 7 * 3_600_000).getUTCDay();
          if (day >= 1 && day <= 5) left -= 1;
        }
        expect(bangkokDate(dueAt(`P${days}WD`, from))).toBe(bangkokDate(new Date(cursor)));
      }),
    );
  });
});

describe('lastValidDay', () => {
  it.each([
    ['2026-11-21', 'P1Y', '2027-11-20'],
    ['2026-11-21', 'P3Y', '2029-11-20'],
    ['2026-01-01', 'P1Y', '2026-12-31'],
    ['2024-02-29', 'P1Y', '2025-02-28'],
    ['2024-02-29', 'P4Y', '2028-02-28'],
    ['2026-01-31', 'P1M', '2026-02-28'],
    ['2026-03-31', 'P6M', '2026-09-30'],
    ['2026-03-01', 'P1M', '2026-03-31'],
    ['2026-11-21', 'P30D', '2026-12-20'],
    ['2026-11-21', 'P1D', '2026-11-21'],
  ])('from %s for %s ends with %s', (from, validity, last) => {
    expect(lastValidDay(from, validity)).toBe(last);
  });

  it.each(['P', 'P1', '1Y', 'P1Y2M', 'P0Y', 'P1W'])('refuses %j', (validity) => {
    expect(refusal(() => lastValidDay('2026-01-01', validity)).code).toBe('cases.definition_invalid');
  });
});
