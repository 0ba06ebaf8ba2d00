import { describe, expect, it } from 'vitest';
import { breakPoints, graphemePoints, jointPoints } from '../src/text/line-breaks.ts';
import { Shaper } from '../src/text/shaper.ts';
import { printable, wrapText } from '../src/text/wrap.ts';
import { fonts } from './support/fonts.ts';

const parts = (text: string, points: readonly number[]): string[] => {
  const edges = [0, ...points, text.length];
  return edges.slice(1).map((end, index) => text.slice(edges[index], end));
};

describe('breakPoints', () => {
  it.each([
    ['ผ่านสื่ออิเล็กทรอนิกส์', ['ผ่าน', 'สื่อ', 'อิเล็กทรอนิกส์']],
    ['ตามพระราชบัญญัติทะเบียนพาณิชย์', ['ตาม', 'พระราชบัญญัติ', 'ทะเบียนพาณิชย์']],
    ['เด็กๆ ไปโรงเรียน', ['เด็กๆ ', 'ไป', 'โรงเรียน']],
    ['กรุงเทพฯ', ['กรุงเทพฯ']],
    ['(มหาชน) “ดี”', ['(มหาชน) ', '“ดี”']],
    ['one two-three', ['one ', 'two-', 'three']],
    ['1,234.50 บาท', ['1,234.50 ', 'บาท']],
    ['e-commerce', ['e-commerce']],
    ['20/11/2569', ['20/11/2569']],
    ['0-2123-4567', ['0-2123-4567']],
    ['', ['']],
  ])('cuts %j into %j', (text, expected) => {
    expect(parts(text, breakPoints(text))).toEqual(expected);
  });

  it('never cuts before a vowel or mark that follows, nor after a vowel that leads', () => {
    const text = 'เพื่อแสดงว่าผู้มีชื่อต่อไปนี้ได้จดทะเบียนประกอบพาณิชยกิจน้ำใจไมตรีแก่เด็กๆทั้งหลาย'.repeat(3);
    for (const point of breakPoints(text)) {
      expect(text[point]).not.toMatch(/[ะาำๅๆฯ\p{M}]/u);
      expect(text[point - 1]).not.toMatch(/[เแโใไ]/);
    }
  });
});

describe('what is cut when no word fits', () => {
  it('addresses first at their joints', () => {
    const text = 'https://a.example/b?c=d';
    expect(parts(text, jointPoints(text))).toEqual(['https://', 'a.', 'example/', 'b?', 'c=', 'd']);
  });

  it('then between letters with their marks', () => {
    expect(parts('น้ำที่', graphemePoints('น้ำที่'))).toEqual(['น้ำ', 'ที่']);
  });
});

describe('wrapText', () => {
  const shaper = new Shaper(fonts.regular);
  const lines = (text: string, width: number): string[] =>
    wrapText(shaper, text, 12, width).map((line) => line.clusters.map((cluster) => cluster.text).join(''));

  it('keeps every line within its width', () => {
    const text = 'ออกให้เพื่อแสดงว่าผู้มีชื่อต่อไปนี้ได้จดทะเบียนประกอบพาณิชยกิจ Department of Business Development';
    for (const width of [40, 80, 120, 300]) {
      for (const line of wrapText(shaper, text, 12, width)) expect(line.width).toBeLessThanOrEqual(width + 0.01);
    }
  });

  it('starts a new line at each line end and keeps empty ones', () => {
    expect(lines('ก\n\nข\r\nค', 100)).toEqual(['ก', '', 'ข', 'ค']);
  });

  it('ends even when nothing fits', () => {
    expect(lines('ที่นี่', 0.1)).toEqual(['ที่', 'นี่']);
  });
});

describe('printable', () => {
  it('leaves out what has no place on paper and composes Latin letters', () => {
    expect(printable('ก\u200bข\u00ad\ufeff\tค')).toBe('กข ค');
    expect(printable('e\u0301')).toBe('é');
    expect(printable('กํา')).toBe('กํา');
  });
});
