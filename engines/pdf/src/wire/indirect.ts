import { PdfSyntaxError } from '../errors.ts';
import type { Budget } from '../limits.ts';
import { PdfDict, PdfRef, PdfStream, type PdfValue } from '../objects.ts';
import { Keyword, Parser } from './parser.ts';

/** An indirect object with its number and its extent in the file. */
export interface IndirectObject {
  readonly number: number;
  readonly generation: number;
  readonly value: PdfValue;
  readonly end: number;
}

/** How {@link readIndirect} may look for a stream's length when it is itself an indirect object. */
export interface IndirectOptions {
  readonly depth: number;
  /** What reading may cost in all. */
  readonly budget: Budget;
  readonly lengthOf?: (ref: PdfRef) => number | undefined;
}

const endstream = [0x65, 0x6e, 0x64, 0x73, 0x74, 0x72, 0x65, 0x61, 0x6d];

const matches = (bytes: Uint8Array, at: number): boolean =>
  endstream.every((byte, index) => bytes[at + index] === byte);

/** First place of `endstream` at or after `from`, or -1. */
function findEndstream(bytes: Uint8Array, from: number): number {
  for (let at = bytes.indexOf(0x65, from); at >= 0; at = bytes.indexOf(0x65, at + 1)) {
    if (matches(bytes, at)) return at;
  }
  return -1;
}

function endsThere(bytes: Uint8Array, start: number, length: number): boolean {
  let at = start + length;
  if (at > bytes.length) return false;
  while (at < start + length + 3 && (bytes[at] === 0x0a || bytes[at] === 0x0d || bytes[at] === 0x20)) at += 1;
  return matches(bytes, at);
}

function readStream(parser: Parser, dict: PdfDict, options: IndirectOptions): PdfStream {
  const bytes = parser.bytes;
  if (bytes[parser.position] === 0x0d) parser.position += 1;
  if (bytes[parser.position] === 0x0a) parser.position += 1;
  const start = parser.position;
  const declared = dict.get('Length');
  const length = declared instanceof PdfRef ? options.lengthOf?.(declared) : declared;
  if (typeof length === 'number' && Number.isInteger(length) && length >= 0 && endsThere(bytes, start, length)) {
    parser.position = start + length;
    return new PdfStream(dict, bytes.subarray(start, start + length), start);
  }
  let end = findEndstream(bytes, start);
  parser.position = end < 0 ? bytes.length : end;
  if (end < 0) throw new PdfSyntaxError('pdf.object_unreadable', `stream without end at ${start}`);
  if (bytes[end - 1] === 0x0a && end > start) end -= 1;
  if (bytes[end - 1] === 0x0d && end > start) end -= 1;
  return new PdfStream(dict, bytes.subarray(start, end), start, true);
}

/** The object `n g obj … endobj` at `offset` (ISO 32000-2 clause 7.3.10). Throws {@link PdfSyntaxError}. */
export function readIndirect(bytes: Uint8Array, offset: number, options: IndirectOptions): IndirectObject {
  const parser = new Parser(bytes, offset, options.depth);
  try {
    return readObject(parser, options);
  } finally {
    options.budget.spend(parser.position - offset + 1);
  }
}

function readObject(parser: Parser, options: IndirectOptions): IndirectObject {
  const number = parser.token();
  const generation = parser.token();
  const keyword = parser.token();
  if (typeof number !== 'number' || typeof generation !== 'number') parser.fail('object number');
  if (!(keyword instanceof Keyword) || keyword.word !== 'obj') parser.fail('obj');
  let value = parser.value();
  const after = parser.position;
  parser.skipSpace();
  if (value instanceof PdfDict && parser.bytes[parser.position] === 0x73) {
    const word = parser.token();
    if (word instanceof Keyword && word.word === 'stream') value = readStream(parser, value, options);
    else parser.position = after;
  }
  return { number, generation, value, end: parser.position };
}
