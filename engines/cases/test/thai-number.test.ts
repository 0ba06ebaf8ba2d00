import { checkJuristicPersonNumber, checkNationalId } from '@tra/cases';
import { fakeJuristicPersonNumber, fakeNationalId } from '@tra/cases/testing';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

describe('national identification number', () => {
  it.each([
    ['1101700207366', '1101700207366'],
    ['1-1017-00207-36-6', '1101700207366'],
    ['1 1017 00207 36 6', '1101700207366'],
    ['๑๑๐๑๗๐๐๒๐๗๓๖๖', '1101700207366'],
    ['1101700230708', '1101700230708'],
  ])('accepts %s', (text, value) => {
    expect(checkNationalId(text)).toEqual({ ok: true, value });
  });

  it.each([
    ['110170020736', 'cases.national_id_length', { expected: 13, actual: 12 }],
    ['11017002073666', 'cases.national_id_length', { expected: 13, actual: 14 }],
    ['', 'cases.national_id_length', { expected: 13, actual: 0 }],
    ['1101700207367', 'cases.national_id_check_digit', {}],
    ['0105536000315', 'cases.national_id_first_digit', {}],
    ['9101700207361', 'cases.national_id_first_digit', {}],
    ['11017A0207366', 'cases.national_id_digits_only', {}],
    ['1101700207366\u0000', 'cases.national_id_digits_only', {}],
    ['１１０１７００２０７３６６', 'cases.national_id_digits_only', {}],
    ['1.1017.00207.36.6', 'cases.national_id_digits_only', {}],
  ])('refuses %j', (text, code, params) => {
    expect(checkNationalId(text)).toEqual({ ok: false, code, params });
  });

  it('finds every wrong check digit and more than nine in ten other wrong digits', () => {
    let missed = 0;
    let tried = 0;
    for (let seed = 1; seed < 400; seed += 1) {
      const right = fakeNationalId(seed * 7_919_317);
      for (let at = 1; at < 13; at += 1) {
        const wrong = `${right.slice(0, at)}${(Number(right[at]) + 1 + (seed % 9)) % 10}${right.slice(at + 1)}`;
        const accepted = checkNationalId(wrong).ok;
        if (at === 12) expect(accepted).toBe(false);
        tried += 1;
        missed += accepted ? 1 : 0;
      }
    }
    expect(missed / tried).toBeLessThan(0.1);
  });

  it('accepts every number that carries its check digit', () => {
    fc.assert(fc.property(fc.nat(2 ** 31 - 1), (seed) => checkNationalId(fakeNationalId(seed)).ok));
    fc.assert(fc.property(fc.nat(9_999_999), (seed) => checkJuristicPersonNumber(fakeJuristicPersonNumber(seed)).ok));
  });

  it('never throws', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 60 }), (text) => {
        const result = checkNationalId(text);
        return result.ok ? /^[1-8][0-9]{12}$/.test(result.value) : result.code.startsWith('cases.national_id_');
      }),
    );
  });
});

describe('juristic-person number', () => {
  it.each(['0107544000108', '0107542000011', '0-1075-44000-10-8', '0107537000521'])('accepts %s', (text) => {
    expect(checkJuristicPersonNumber(text).ok).toBe(true);
  });

  it.each([
    ['010754400010', 'cases.juristic_number_length'],
    ['0107544000109', 'cases.juristic_number_check_digit'],
    ['1101700207366', 'cases.juristic_number_first_digit'],
    ['๐๑๐๕๕๓๖๐๐๐๓๑x', 'cases.juristic_number_digits_only'],
  ])('refuses %s', (text, code) => {
    expect(checkJuristicPersonNumber(text)).toMatchObject({ ok: false, code });
  });
});
