import { describe, expect, it } from 'vitest';
import { decodeBase64 } from '../src/index.ts';

describe('base64 in XML', () => {
  it.each([
    ['', ''],
    ['YQ==', 'a'],
    [' Y\tQ\r\n=\n= ', 'a'],
    ['YWI=', 'ab'],
    ['YWJj', 'abc'],
    ['+/+/', '\u{fb}\u{ff}\u{bf}'],
  ])('reads %j', (text, octets) => {
    expect(Buffer.from(decodeBase64(text)).toString('latin1')).toBe(octets);
  });

  it.each([
    ['bits left over', 'YR=='],
    ['padding left out', 'YQ'],
    ['too much padding', 'YQ==='],
    ['padding alone', '===='],
    ['padding inside', 'YQ==YWJj'],
    ['the alphabet for addresses', '-_-_'],
    ['another character', 'YWJj!'],
    ['a no-break space', 'YWJj\u{a0}'],
    ['a letter above the first 256', 'YWJ\u{16a}'],
    ['a length of one more', 'YWJjY'],
  ])('refuses %s', (_, text) => {
    expect(() => decodeBase64(text)).toThrow('xml.base64_invalid');
  });
});
