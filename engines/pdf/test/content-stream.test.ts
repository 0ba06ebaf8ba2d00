import { describe, expect, it } from 'vitest';
import { contentOperators, readInlineImage, skipInlineImage } from '../src/content-stream.ts';
import { bytesOf } from './support/samples.ts';

function operatorsOf(text: string): readonly (readonly [string, number])[] {
  const found: (readonly [string, number])[] = [];
  for (const { operands, parser, word } of contentOperators(bytesOf(text), 16)) {
    found.push([word, operands.length]);
    if (word === 'BI') skipInlineImage(parser);
  }
  return found;
}

describe('a content stream', () => {
  it('is read operator by operator with what stands before each', () => {
    expect(operatorsOf('q 1 0 0 1 5 5 cm % note Q\n[(a) -3 (b)] TJ /F1 12 Tf Q')).toEqual([
      ['q', 0],
      ['cm', 6],
      ['TJ', 1],
      ['Tf', 2],
      ['Q', 0],
    ]);
    expect(operatorsOf('')).toEqual([]);
    expect(operatorsOf('1 2 3')).toEqual([]);
  });

  it('keeps the last of very many operands', () => {
    let last: unknown;
    for (const { operands } of contentOperators(bytesOf(`${'0 '.repeat(5000)}7 w`), 16)) {
      expect(operands.length).toBeLessThanOrEqual(64);
      last = operands.at(-1);
    }
    expect(last).toBe(7);
  });

  it('goes on behind images in it, whatever octets they hold, and ends where one does not', () => {
    expect(operatorsOf('BI /W 1 /H 1 ID q xEIx Q EI f')).toEqual([
      ['BI', 0],
      ['f', 0],
    ]);
    expect(operatorsOf('BI /W 1 ID q f')).toEqual([['BI', 0]]);
  });

  it('gives the entries of such an image', () => {
    for (const { parser } of contentOperators(bytesOf('BI /W 2 /IM true ID \x00\x01 EI'), 16)) {
      expect([...readInlineImage(parser)]).toEqual([
        ['W', 2],
        ['IM', true],
      ]);
    }
  });

  it('that is none throws', () => {
    expect(() => operatorsOf('( never closed')).toThrow();
    expect(() => operatorsOf(`${'['.repeat(40)} w`)).toThrow();
  });
});
