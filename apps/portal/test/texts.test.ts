import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { compareLanguages } from '../build/check-messages.ts';
import { createI18n } from '../src/i18n/language.tsx';
import { fill } from '../src/i18n/texts.ts';
import { splitWords } from '../src/i18n/words.tsx';

const folder = new URL('../messages/', import.meta.url);
const read = (name: string): Record<string, string> => JSON.parse(readFileSync(new URL(name, folder), 'utf8'));

describe('texts of the portal', () => {
  const thai = readdirSync(folder).filter((name) => name.endsWith('th.json'));
  it('exist', () => expect(thai.length).toBeGreaterThan(0));
  for (const name of thai) {
    it(`${name} has the same keys and placeholders in English`, () => {
      expect(compareLanguages(read(name), read(name.replace('th.json', 'en.json')))).toEqual([]);
    });
  }
  it('have one owner each', () => {
    const keys = thai.flatMap((name) => Object.keys(read(name)));
    expect(keys.filter((key, index) => keys.indexOf(key) !== index)).toEqual([]);
  });
});

describe('compareLanguages', () => {
  it('tells what is missing on either side', () => {
    expect(compareLanguages({ a: 'ก' }, { b: 'b' })).toEqual(['a: missing in en.json', 'b: missing in th.json']);
  });
  it('tells differing placeholders and empty texts', () => {
    expect(compareLanguages({ a: '{x}' }, { a: '{y}' })).toEqual(['a: th has {x}, en has {y}']);
    expect(compareLanguages({ a: 'ก' }, { a: ' ' })).toEqual(['a: empty text']);
  });
});

describe('looking up', () => {
  const i18n = createI18n('th', { 'x.late': 'ไม่เกิน {max}', 'x.at': 'เมื่อ {at}' }, () => undefined);
  it('leaves a missing value visible', () => expect(fill('a {b}', {})).toBe('a {b}'));
  it('shows dates from a server in the calendar of the reader', () => {
    expect(i18n.tc('x.late', { max: '2026-11-20' })).toBe('ไม่เกิน 20 พ.ย. 2569');
    expect(i18n.tc('x.at', { at: '2026-11-20T07:05:00Z' })).toBe('เมื่อ 20 พ.ย. 2569 เวลา 14.05\u00a0น.');
  });
  it('falls back to the given text, then to the code', () => {
    expect(i18n.tc('x.unknown', {}, 'จากระบบ')).toBe('จากระบบ');
    expect(i18n.tc('x.unknown')).toBe('x.unknown');
  });
  it('picks the language, and Thai when there is none', () => {
    expect(i18n.pick({ th: 'ไทย', en: 'Thai' })).toBe('ไทย');
    expect(i18n.pick(undefined)).toBe('');
  });
});

describe('splitWords', () => {
  it('keeps every character', () => {
    const text = 'ยื่นเรื่องกับรัฐ รับเอกสาร';
    expect(splitWords(text).join('')).toBe(text);
    expect(splitWords(text).length).toBeGreaterThan(3);
  });
});
