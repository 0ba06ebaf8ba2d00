import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compareThai, formatMoney, formatNumber, fromThaiDigits, toThaiDigits } from '../src/index.ts';

describe('formatMoney', () => {
  it.each([
    [5000, 'th', '50.00 บาท'],
    [5000, 'en', 'THB 50.00'],
    [123456789, 'th', '1,234,567.89 บาท'],
    [0, 'th', '0.00 บาท'],
    [5, 'en', 'THB 0.05'],
    [-150, 'th', '-1.50 บาท'],
  ] as const)('%d satang in %s', (satang, language, expected) => {
    expect(formatMoney(satang, 'THB', language)).toBe(expected);
  });

  it('loses no satang', () => {
    fc.assert(
      fc.property(fc.maxSafeInteger(), (satang) => {
        const digits = formatMoney(satang, 'THB', 'th').replace(/[^\d-]/g, '');
        expect(BigInt(digits)).toBe(BigInt(satang));
      }),
    );
  });

  it.each([0.5, Number.NaN, Number.POSITIVE_INFINITY, 2 ** 53])('refuses %d', (satang) => {
    expect(() => formatMoney(satang, 'THB', 'th')).toThrow(RangeError);
  });
});

describe('formatNumber', () => {
  it('groups digits, Arabic in both languages', () => {
    expect(formatNumber(1234567.5, 'th')).toBe('1,234,567.5');
    expect(formatNumber(1234.5, 'en', { fractionDigits: 2 })).toBe('1,234.50');
  });

  it('refuses what is no number', () => {
    expect(() => formatNumber(Number.NaN, 'th')).toThrow(RangeError);
  });
});

describe('digits', () => {
  it('become Thai and Arabic again', () => {
    expect(toThaiDigits('พ.ศ. 2569')).toBe('พ.ศ. ๒๕๖๙');
    fc.assert(
      fc.property(fc.stringMatching(/^[0-9a-zก-ฮ ]*$/), (text) => {
        expect(fromThaiDigits(toThaiDigits(text))).toBe(text);
      }),
    );
  });
});

describe('compareThai', () => {
  it('sorts as the dictionary does', () => {
    const sorted = ['กรุงเทพมหานคร', 'ขอนแก่น', 'เชียงใหม่', 'นครปฐม', 'แพร่', 'แม่ฮ่องสอน', 'ยะลา'];
    expect([...sorted].reverse().sort(compareThai)).toEqual(sorted);
  });

  it('sorts numbers by value', () => {
    expect(['หมู่ 10', 'หมู่ 9'].sort(compareThai)).toEqual(['หมู่ 9', 'หมู่ 10']);
  });
});
