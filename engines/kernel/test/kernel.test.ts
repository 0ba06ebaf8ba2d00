import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  CodedError,
  canonicalJson,
  csvLine,
  equalBytes,
  fromBase64,
  fromHex,
  isPublicId,
  isUuid,
  publicId,
  toBase64Url,
  toHex,
  uuidv7,
} from '../src/index.ts';
import { seededRandom, steppedClock } from '../src/testing.ts';

test('hexadecimal and base64url return the bytes that went in', () => {
  fc.assert(
    fc.property(fc.uint8Array(), (bytes) => {
      expect(equalBytes(fromHex(toHex(bytes)), bytes)).toBe(true);
      expect(equalBytes(fromBase64(toBase64Url(bytes)), bytes)).toBe(true);
    }),
  );
});

test.each(['0', 'zz', '0x00'])('fromHex refuses %s', (text) => {
  expect(() => fromHex(text)).toThrow(RangeError);
});

test.each(['a', '!!!!', 'a=b='])('fromBase64 refuses %s', (text) => {
  expect(() => fromBase64(text)).toThrow(RangeError);
});

test('uuidv7 carries version, variant and the millisecond, and sorts by it', () => {
  const clock = steppedClock('2026-11-20T00:00:00.123Z');
  const random = seededRandom(1);
  const first = uuidv7(clock, random);
  clock.advance(1);
  const second = uuidv7(clock, random);
  expect(isUuid(first)).toBe(true);
  expect(first[14]).toBe('7');
  expect('89ab').toContain(first[19]);
  expect(Number.parseInt(first.replaceAll('-', '').slice(0, 12), 16)).toBe(Date.parse('2026-11-20T00:00:00.123Z'));
  expect(first < second).toBe(true);
});

test('publicId has 160 bits in 32 characters without look-alikes', () => {
  const id = publicId(seededRandom(7));
  expect(isPublicId(id)).toBe(true);
  expect(id).not.toMatch(/[ilou]/);
  expect(isPublicId('short')).toBe(false);
});

test('canonicalJson sorts members and refuses what JSON cannot carry', () => {
  expect(canonicalJson({ b: 1, a: [true, null, 'ก'] })).toBe('{"a":[true,null,"ก"],"b":1}');
  expect(() => canonicalJson(Number.NaN)).toThrow(TypeError);
});

test('CodedError keeps its code, values and cause', () => {
  const cause = new Error('disk');
  const error = new CodedError('kernel.sample', { params: { size: 3 }, cause });
  expect(error.code).toBe('kernel.sample');
  expect(error.message).toBe('kernel.sample (size=3)');
  expect(error.cause).toBe(cause);
});

test('csvLine quotes, and no spreadsheet takes a cell for a formula', () => {
  expect(csvLine(['=1+1', '@x', '-2', 'a,"b"', 'ก\nข', 7])).toBe(`'=1+1,'@x,'-2,"a,""b""","ก\nข",7\r\n`);
});
