import { PdfSyntaxError } from '../errors.ts';
import type { Budget, PdfLimits } from '../limits.ts';
import { PdfDict, PdfName, PdfStream, type PdfValue } from '../objects.ts';
import { decodeStream } from './filters.ts';
import { readIndirect } from './indirect.ts';
import { Keyword, Parser } from './parser.ts';

/** Where an object lies: at a byte offset, or inside an object stream; `free` ones do not exist. */
export type XrefEntry =
  | { readonly kind: 'offset'; readonly offset: number; readonly generation: number }
  | { readonly kind: 'compressed'; readonly stream: number; readonly index: number }
  | { readonly kind: 'free' };

/** Whether two entries name the same place. */
export function sameEntry(left: XrefEntry, right: XrefEntry): boolean {
  if (left.kind === 'offset') {
    return right.kind === 'offset' && left.offset === right.offset && left.generation === right.generation;
  }
  if (left.kind === 'compressed') {
    return right.kind === 'compressed' && left.stream === right.stream && left.index === right.index;
  }
  return right.kind === 'free';
}

/** One cross-reference section with its trailer (ISO 32000-2 clauses 7.5.4 and 7.5.8). */
export interface XrefSection {
  readonly offset: number;
  readonly style: 'table' | 'stream';
  readonly entries: ReadonlyMap<number, XrefEntry>;
  readonly trailer: PdfDict;
  /** Where its trailer dictionary or, for a stream, its object ends; -1 when it was made up. */
  readonly end: number;
}

/** Offset after the last `startxref`, with the place of that word. Throws {@link PdfSyntaxError}. */
export function findStartXref(bytes: Uint8Array): { readonly offset: number; readonly at: number } {
  const word = [0x73, 0x74, 0x61, 0x72, 0x74, 0x78, 0x72, 0x65, 0x66];
  const lowest = Math.max(0, bytes.length - 4096);
  for (let at = bytes.length - word.length; at >= lowest; at -= 1) {
    if (!word.every((byte, index) => bytes[at + index] === byte)) continue;
    const offset = new Parser(bytes, at + word.length).value();
    if (typeof offset === 'number' && Number.isInteger(offset) && offset >= 0) return { offset, at };
    break;
  }
  throw new PdfSyntaxError('pdf.xref_unreadable', 'startxref');
}

function integer(value: PdfValue | Keyword | undefined, detail: string): number {
  if (typeof value === 'number' && Number.isInteger(value) && value >= 0) return value;
  throw new PdfSyntaxError('pdf.xref_unreadable', detail);
}

function readTable(parser: Parser, offset: number, limits: PdfLimits): XrefSection {
  const entries = new Map<number, XrefEntry>();
  for (;;) {
    const first = parser.token();
    if (first instanceof Keyword) {
      if (first.word !== 'trailer') throw new PdfSyntaxError('pdf.xref_unreadable', first.word);
      break;
    }
    const start = integer(first, 'subsection');
    const count = integer(parser.token(), 'subsection');
    if (count > limits.objects || start + count > 0xffffffff) throw new PdfSyntaxError('pdf.limit_reached', 'xref');
    for (let index = 0; index < count; index += 1) {
      const place = integer(parser.token(), 'entry');
      const generation = integer(parser.token(), 'entry');
      const kind = parser.token();
      const word = kind instanceof Keyword ? kind.word : '';
      if (word !== 'n' && word !== 'f') throw new PdfSyntaxError('pdf.xref_unreadable', 'entry');
      entries.set(start + index, word === 'n' ? { kind: 'offset', offset: place, generation } : { kind: 'free' });
    }
  }
  const trailer = parser.value();
  if (!(trailer instanceof PdfDict)) throw new PdfSyntaxError('pdf.xref_unreadable', 'trailer');
  return { offset, style: 'table', entries, trailer, end: parser.position };
}

function bigEndian(data: Uint8Array, offset: number, width: number): number {
  let value = 0;
  for (let index = 0; index < width; index += 1) value = value * 256 + (data[offset + index] ?? 0);
  return value;
}

function entryOf(type: number, second: number, third: number): XrefEntry {
  if (type === 1) return { kind: 'offset', offset: second, generation: third };
  if (type === 2) return { kind: 'compressed', stream: second, index: third };
  return { kind: 'free' };
}

function readXrefStream(bytes: Uint8Array, offset: number, limits: PdfLimits, budget: Budget): XrefSection {
  const { value, end } = readIndirect(bytes, offset, { depth: limits.depth, budget });
  if (!(value instanceof PdfStream)) throw new PdfSyntaxError('pdf.xref_unreadable', 'no cross-reference stream');
  const type = value.dict.get('Type');
  if (!(type instanceof PdfName) || type.name !== 'XRef') throw new PdfSyntaxError('pdf.xref_unreadable', 'Type');
  const widths = value.dict.get('W');
  if (!Array.isArray(widths) || widths.length < 3) throw new PdfSyntaxError('pdf.xref_unreadable', 'W');
  const [a = 0, b = 0, c = 0] = widths.map((width: PdfValue) => integer(width, 'W'));
  const row = a + b + c;
  if (row === 0 || a > 8 || b > 8 || c > 8) throw new PdfSyntaxError('pdf.xref_unreadable', 'W');
  const data = decodeStream(value.dict, value.raw, Math.min(limits.decodedBytes, limits.objects * row));
  const index = value.dict.get('Index') ?? [0, integer(value.dict.get('Size'), 'Size')];
  if (!Array.isArray(index)) throw new PdfSyntaxError('pdf.xref_unreadable', 'Index');
  const entries = new Map<number, XrefEntry>();
  let at = 0;
  for (let pair = 0; pair + 1 < index.length; pair += 2) {
    const start = integer(index[pair], 'Index');
    const count = integer(index[pair + 1], 'Index');
    for (let item = 0; item < count && at + row <= data.length; item += 1, at += row) {
      const kind = a === 0 ? 1 : bigEndian(data, at, a);
      entries.set(start + item, entryOf(kind, bigEndian(data, at + a, b), bigEndian(data, at + a + b, c)));
    }
  }
  return { offset, style: 'stream', entries, trailer: value.dict, end };
}

/** The section at `offset`. Throws {@link PdfSyntaxError}. */
function readSection(bytes: Uint8Array, offset: number, limits: PdfLimits, budget: Budget): XrefSection {
  if (offset >= bytes.length) throw new PdfSyntaxError('pdf.xref_unreadable', `offset ${offset}`);
  const parser = new Parser(bytes, offset, limits.depth);
  const token = parser.token();
  if (token instanceof Keyword && token.word === 'xref') return readTable(parser, offset, limits);
  return readXrefStream(bytes, offset, limits, budget);
}

/**
 * All sections from the newest to the oldest, following Prev and XRefStm. Throws {@link PdfSyntaxError} when one cannot be
 * read, when they form a loop or when there are too many.
 */
export function readSections(bytes: Uint8Array, limits: PdfLimits, budget: Budget): XrefSection[] {
  const sections: XrefSection[] = [];
  const seen = new Set<number>();
  let objects = 0;
  const add = (offset: number): XrefSection => {
    if (seen.has(offset)) throw new PdfSyntaxError('pdf.xref_loop', `offset ${offset}`);
    seen.add(offset);
    const section = readSection(bytes, offset, limits, budget);
    objects += section.entries.size;
    if (sections.length >= limits.sections || objects > limits.objects) {
      throw new PdfSyntaxError('pdf.limit_reached', 'cross-reference sections');
    }
    sections.push(section);
    return section;
  };
  let offset: number | undefined = findStartXref(bytes).offset;
  while (offset !== undefined) {
    const section = add(offset);
    const hybrid = section.trailer.get('XRefStm');
    if (section.style === 'table' && hybrid !== undefined) {
      // Two hybrid sections may share one stream: that is no loop.
      const place = integer(hybrid, 'XRefStm');
      if (!seen.has(place)) add(place);
    }
    const previous = section.trailer.get('Prev');
    offset = previous === undefined ? undefined : integer(previous, 'Prev');
  }
  return sections;
}
