import { fromHex } from '@tra/kernel';
import { describe, expect, it } from 'vitest';
import { readQcStatements } from '../../src/gather/qc-statements.ts';

const sequence = (...parts: string[]): string => {
  const body = parts.join('');
  return `30${(body.length / 2).toString(16).padStart(2, '0')}${body}`;
};
/** QcEuLimitValue in Thai baht with a stated amount and exponent, each an INTEGER as hexadecimal DER. */
const limit = (amount: string, exponent: string): string =>
  sequence('060604008e460102', sequence('1303544842', amount, exponent));
const compliance = sequence('060604008e460101');

describe('QC statements (ETSI EN 319 412-5 clause 4)', () => {
  it('state the limit of a transaction as amount × 10 ^ exponent', () => {
    const stated = fromHex(sequence(compliance, limit('02012a', '020103')));
    expect(readQcStatements(stated)).toEqual({ compliance: true, limitCurrency: 'THB', limitValue: 42_000 });
    expect(readQcStatements(fromHex(sequence(limit('02012a', '0201fe'))))).toMatchObject({ limitValue: 0.42 });
  });

  it('state no limit where it is beyond all numbers, and what else they say stands', () => {
    for (const [amount, exponent] of [
      ['02012a', '02027fff'],
      ['020100', '02027fff'],
    ] as const)
      expect(readQcStatements(fromHex(sequence(limit(amount, exponent), compliance)))).toEqual({ compliance: true });
  });

  it('say nothing where they cannot be read', () => {
    expect(readQcStatements(fromHex('ff'))).toEqual({});
    expect(readQcStatements(fromHex(sequence(sequence('060604008e460103', '0401'))))).toEqual({});
  });
});
