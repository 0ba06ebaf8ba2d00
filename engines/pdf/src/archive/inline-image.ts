import { PdfDict, PdfName } from '../objects.ts';
import { Keyword, type Parser } from '../wire/parser.ts';

const isSpace = (byte: number | undefined): boolean =>
  byte === undefined || byte === 0x20 || byte === 0x0a || byte === 0x0d;

/** The entries of an image in content, behind `BI`; the parser goes on behind its `EI` (ISO 32000-1 clause 8.9.7). */
export function readInlineImage(parser: Parser): PdfDict {
  const dict = new PdfDict();
  for (;;) {
    const key = parser.token();
    if (key instanceof Keyword) break;
    const value = parser.token();
    if (value instanceof Keyword) break;
    if (key instanceof PdfName) dict.set(key.name, value);
  }
  const { bytes } = parser;
  const ends = (at: number): boolean =>
    bytes[at] === 0x45 && bytes[at + 1] === 0x49 && isSpace(bytes[at - 1]) && isSpace(bytes[at + 2]);
  let at = parser.position;
  while (at < bytes.length && !ends(at)) at += 1;
  parser.position = Math.min(bytes.length, at + 2);
  return dict;
}
