import { PdfFile } from './file.ts';
import { defaultLimits, type PdfLimits } from './limits.ts';
import { Keyword, Parser } from './wire/parser.ts';
import type { XrefSection } from './wire/xref.ts';

/** One state of a document: the first version or one incremental update (ISO 32000-2 clause 7.5.6). */
export interface PdfRevision {
  /** 1 for the oldest. */
  readonly number: number;
  /** Where it ends in the file, in bytes, after its `%%EOF` and one line end. */
  readonly end: number;
  /** How its cross-references are written; `hybrid` is a table with a stream beside it (clause 7.5.8.4). */
  readonly style: 'table' | 'stream' | 'hybrid';
  /** Object numbers that its cross-references name. */
  readonly objects: number;
}

/** The end of the revision whose trailer ends at `from`: after `startxref`, a number, `%%EOF` and one line end. */
export function revisionEnd(bytes: Uint8Array, from: number): number | undefined {
  const parser = new Parser(bytes, from);
  try {
    let word = parser.token();
    while (word instanceof Keyword && (word.word === 'endstream' || word.word === 'endobj')) word = parser.token();
    if (!(word instanceof Keyword) || word.word !== 'startxref') return undefined;
    if (typeof parser.value() !== 'number') return undefined;
  } catch {
    return undefined;
  }
  let at = parser.position;
  while ([0x0a, 0x0d, 0x20, 0x09, 0].includes(bytes[at] ?? -1)) at += 1;
  if (![...'%%EOF'].every((character, index) => bytes[at + index] === character.charCodeAt(0))) return undefined;
  at += 5;
  if (bytes[at] === 0x0d) at += 1;
  if (bytes[at] === 0x0a) at += 1;
  return at;
}

/** Sections that belong to one revision: a hybrid pair, or the two of a linearized file (annex F). Newest first. */
function grouped(sections: readonly XrefSection[]): XrefSection[][] {
  const groups: XrefSection[][] = [];
  const streams = new Set(sections.map(({ trailer }) => trailer.get('XRefStm')));
  for (const section of sections) {
    const newer = groups.at(-1)?.at(-1);
    const halfOfHybrid = section.style === 'stream' && streams.has(section.offset);
    const linearized = newer !== undefined && section.offset > newer.offset && !streams.has(newer.offset);
    if (newer && (halfOfHybrid || linearized)) groups.at(-1)?.push(section);
    else groups.push([section]);
  }
  return groups;
}

/** The revisions of an open file, oldest first; one that ends with the file when the cross-references had to be rebuilt. */
export function revisionsOf(file: PdfFile): PdfRevision[] {
  if (file.rebuilt) return [{ number: 1, end: file.bytes.length, style: 'table', objects: [...file.numbers()].length }];
  return grouped(file.sections)
    .reverse()
    .map((group, index) => {
      const ends = group.map((section) => revisionEnd(file.bytes, section.end) ?? section.end);
      const hybrid = group.some(({ trailer }) => trailer.has('XRefStm'));
      return {
        number: index + 1,
        end: Math.max(...ends),
        style: hybrid ? 'hybrid' : (group[0]?.style ?? 'table'),
        objects: group.reduce((sum, section) => sum + section.entries.size, 0),
      };
    });
}

/**
 * The revisions of a PDF, oldest first (ISO 32000-2 clauses 7.5.6, 7.5.8.4 and annex F). The two cross-reference sections of a
 * linearized file count as one revision and so do the two halves of a hybrid one.
 *
 * @example
 * const [first] = readRevisions(bytes);
 * const original = revisionBytes(bytes, first.end);
 */
export function readRevisions(input: Uint8Array, limits: PdfLimits = defaultLimits): readonly PdfRevision[] {
  if (input.length > limits.fileBytes) return [];
  return revisionsOf(new PdfFile(new Uint8Array(input.buffer, input.byteOffset, input.byteLength), limits));
}

/** The document as it was at the end of a revision, as a file of its own: a view of the same memory, never a copy. */
export function revisionBytes(file: Uint8Array, end: number): Uint8Array {
  return new Uint8Array(file.buffer, file.byteOffset, Math.min(Math.max(0, end), file.length));
}
