import type { Budget, PdfLimits } from '../limits.ts';
import { PdfDict, PdfName, PdfRef, PdfStream } from '../objects.ts';
import { readIndirect } from './indirect.ts';
import { Parser } from './parser.ts';
import type { XrefEntry, XrefSection } from './xref.ts';

const digit = (byte: number | undefined): boolean => byte !== undefined && byte >= 0x30 && byte <= 0x39;
const space = (byte: number | undefined): boolean =>
  byte === 0x20 || byte === 0x0a || byte === 0x0d || byte === 0x09 || byte === 0x0c || byte === 0x00;

function numberBefore(bytes: Uint8Array, end: number): { value: number; start: number } | undefined {
  let at = end;
  while (at > 0 && space(bytes[at - 1]) && end - at < 8) at -= 1;
  if (at === end) return undefined;
  let start = at;
  while (start > 0 && digit(bytes[start - 1]) && at - start < 10) start -= 1;
  if (start === at) return undefined;
  let value = 0;
  for (let index = start; index < at; index += 1) value = value * 10 + (bytes[index] ?? 0x30) - 0x30;
  return { value, start };
}

/** Places of every `n g obj` in file order, found by scanning. */
export function scanObjects(
  bytes: Uint8Array,
  limit: number,
): { number: number; generation: number; offset: number }[] {
  const found: { number: number; generation: number; offset: number }[] = [];
  for (let at = bytes.indexOf(0x6f); at >= 0 && found.length < limit; at = bytes.indexOf(0x6f, at + 1)) {
    if (bytes[at + 1] !== 0x62 || bytes[at + 2] !== 0x6a || at === 0) continue;
    const generation = numberBefore(bytes, at);
    const number = generation ? numberBefore(bytes, generation.start) : undefined;
    if (generation && number) found.push({ number: number.value, generation: generation.value, offset: number.start });
  }
  return found;
}

function trailers(bytes: Uint8Array, limits: PdfLimits): PdfDict[] {
  const found: PdfDict[] = [];
  let attempts = 0;
  const word = [0x74, 0x72, 0x61, 0x69, 0x6c, 0x65, 0x72];
  for (let at = bytes.indexOf(0x74); at >= 0 && attempts < limits.sections; at = bytes.indexOf(0x74, at + 1)) {
    if (!word.every((byte, index) => bytes[at + index] === byte)) continue;
    attempts += 1;
    try {
      const value = new Parser(bytes, at + word.length, limits.depth).value();
      if (value instanceof PdfDict) found.push(value);
    } catch {
      // A broken trailer is passed over: the scan goes on, and the rebuilt file carries a problem in any case.
    }
  }
  return found;
}

/** Unreadable objects after which a rebuild only lists where objects are: each failed attempt is costly. */
const maxFailures = 2000;

const isCatalog = (dict: PdfDict): boolean => {
  const type = dict.get('Type');
  return (type instanceof PdfName && type.name === 'Catalog') || (dict.has('Pages') && dict.has('Type'));
};

/**
 * One section made by looking for objects instead of trusting the file's own table: the last object of each number wins.
 * Objects inside object streams are added when the stream can be told by its dictionary.
 */
export function rebuildSection(bytes: Uint8Array, limits: PdfLimits, budget: Budget): XrefSection {
  const entries = new Map<number, XrefEntry>();
  const trailer = new PdfDict();
  let catalog: PdfRef | undefined;
  let failures = 0;
  for (const { number, generation, offset } of scanObjects(bytes, Math.min(limits.objects, 100_000))) {
    entries.set(number, { kind: 'offset', offset, generation });
    if (budget.spent || failures > maxFailures) continue;
    try {
      const { value } = readIndirect(bytes, offset, { depth: limits.depth, budget });
      if (value instanceof PdfDict && isCatalog(value)) catalog = new PdfRef(number, generation);
      if (value instanceof PdfStream && value.dict.has('Root')) {
        for (const [key, item] of value.dict) trailer.set(key, item);
      }
    } catch {
      // An unreadable object stays in the table: reading it later reports the reason.
      failures += 1;
    }
  }
  for (const found of trailers(bytes, limits)) for (const [key, value] of found) trailer.set(key, value);
  if (!(trailer.get('Root') instanceof PdfRef) && catalog) trailer.set('Root', catalog);
  return { offset: -1, style: 'table', entries, trailer, end: -1 };
}
