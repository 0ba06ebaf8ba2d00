import { PdfDict, PdfName, type PdfValue } from './objects.ts';
import { Keyword, Parser } from './wire/parser.ts';

/** One operator of a content stream. */
export interface ContentOperator {
  readonly word: string;
  /** What stands before it, as written; of very many the last. */
  readonly operands: readonly PdfValue[];
  /** Stands behind the operator: whoever takes `BI` reads on with {@link readInlineImage} or {@link skipInlineImage}. */
  readonly parser: Parser;
}

const mostOperands = 64;
const keptOperands = 33;

/**
 * The operators of a content stream in order (ISO 32000-2 clause 7.8.2), read as they are asked for. `depth` is how deep arrays and dictionaries may lie.
 * Throws `PdfSyntaxError` on what is no content.
 */
export function* contentOperators(data: Uint8Array, depth: number): Generator<ContentOperator, void> {
  const parser = new Parser(data, 0, depth);
  let operands: PdfValue[] = [];
  for (;;) {
    parser.skipSpace();
    if (parser.position >= data.length) return;
    const token = parser.token();
    if (token instanceof Keyword) {
      yield { word: token.word, operands, parser };
      operands = [];
    } else {
      operands.push(token);
      if (operands.length > mostOperands) operands = operands.slice(-keptOperands);
    }
  }
}

/** The entries of an image in content, behind `BI`; the parser goes on behind its `EI` (ISO 32000-2 clause 8.9.7). */
export function readInlineImage(parser: Parser): PdfDict {
  const dict = new PdfDict();
  for (;;) {
    const key = parser.token();
    if (key instanceof Keyword) break;
    const value = parser.token();
    if (value instanceof Keyword) break;
    if (key instanceof PdfName) dict.set(key.name, value);
  }
  skipInlineImage(parser);
  return dict;
}

const isSpace = (byte: number | undefined): boolean =>
  byte === undefined || byte === 0x20 || byte === 0x0a || byte === 0x0d;

/** Goes on behind the `EI` of an image in content. */
export function skipInlineImage(parser: Parser): void {
  const { bytes } = parser;
  const ends = (at: number): boolean =>
    bytes[at] === 0x45 && bytes[at + 1] === 0x49 && isSpace(bytes[at - 1]) && isSpace(bytes[at + 2]);
  let at = parser.position;
  while (at < bytes.length && !ends(at)) at += 1;
  parser.position = Math.min(bytes.length, at + 2);
}
