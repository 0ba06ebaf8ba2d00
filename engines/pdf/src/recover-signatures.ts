import type { PdfProblem } from './errors.ts';
import type { PdfFile } from './file.ts';
import { Budget } from './limits.ts';
import { PdfDict, PdfString, type PdfValue } from './objects.ts';
import { describeSignature, type PdfSignature } from './signatures.ts';
import { hexDigit, Parser } from './wire/parser.ts';
import { ascii } from './wire/serialize.ts';

/** Byte sequences that betray a signature dictionary or field even where the file around them is broken. */
const markers = ['/ByteRange', '/Type /Sig', '/Type/Sig', '/SubFilter', '/FT /Sig', '/FT/Sig'].map(ascii);
const reach = 4096;
const minDigits = 64;
const maxFinds = 64;
/** Bytes that the search may look at again and again. */
const searchBudget = 8 * 1024 * 1024;

interface Extent {
  readonly start: number;
  readonly end: number;
}

function standsAt(bytes: Uint8Array, pattern: Uint8Array, at: number): boolean {
  for (let index = 1; index < pattern.length; index += 1) if (bytes[at + index] !== pattern[index]) return false;
  return true;
}

/** Places of each of `patterns`, all of which begin with a slash; at most 1000 of each. */
function occurrences(bytes: Uint8Array, patterns: readonly Uint8Array[]): number[][] {
  const found = patterns.map((): number[] => []);
  for (let at = bytes.indexOf(0x2f); at >= 0; at = bytes.indexOf(0x2f, at + 1)) {
    for (let index = 0; index < patterns.length; index += 1) {
      const pattern = patterns[index];
      if (!pattern || bytes[at + 1] !== pattern[1] || !standsAt(bytes, pattern, at)) continue;
      const places = found[index];
      if (places && places.length < 1000) places.push(at);
    }
  }
  return found;
}

const inside = (extents: readonly Extent[], at: number): boolean =>
  extents.some(({ start, end }) => at >= start && at < end);

/** A run of hexadecimal digits long enough to hold a signature, near `at`, that no signature found before has taken. */
function nearbyHole(
  bytes: Uint8Array,
  at: number,
  { taken, budget }: { readonly taken: readonly Extent[]; readonly budget: Budget },
): Extent | undefined {
  const limit = Math.min(bytes.length, at + reach);
  let first = Math.max(0, at - reach);
  while (first > 0 && hexDigit(bytes[first - 1] ?? 0) >= 0) first -= 1;
  budget.spend(limit - first);
  for (let start = first; start < limit; start += 1) {
    let end = start;
    while (end < bytes.length && hexDigit(bytes[end] ?? 0) >= 0) end += 1;
    budget.spend(end - start);
    if (end - start >= minDigits && !inside(taken, start)) return { start, end };
    start = end;
  }
  return undefined;
}

/** A dictionary whose `<<` stands shortly before `at` and that holds it, parsed as far as it goes. */
function enclosingDictionary(file: PdfFile, at: number, budget: Budget): PdfDict | undefined {
  let steps = reach;
  for (let start = at; start >= 0 && steps > 0; start -= 1) {
    // Hexadecimal digits do not count: Contents may stand between the start of the dictionary and the marker.
    if (hexDigit(file.bytes[start] ?? 0) < 0) steps -= 1;
    budget.spend(1);
    if (file.bytes[start] !== 0x3c || file.bytes[start + 1] !== 0x3c) continue;
    const parser = new Parser(file.bytes, start, file.limits.depth);
    try {
      const dict = parser.value();
      if (dict instanceof PdfDict && dict.end > at) return dict;
    } catch {
      // Not readable from here: an earlier start, or the hole alone, is tried next.
    }
    // An attempt that fails costs more than the bytes it read.
    budget.spend(Math.max(parser.position - start, 2048));
  }
  return undefined;
}

/** The value after `/ByteRange` at or near `at`, when it can be read. */
function nearbyRange(file: PdfFile, hole: Extent): PdfValue | undefined {
  const from = Math.max(0, hole.start - reach);
  const window = file.bytes.subarray(from, Math.min(file.bytes.length, hole.end + reach));
  const place = occurrences(window, [ascii('/ByteRange')])[0]?.[0];
  if (place === undefined) return undefined;
  try {
    return new Parser(file.bytes, from + place + 10, file.limits.depth).value();
  } catch {
    return undefined;
  }
}

function fromHole(file: PdfFile, hole: Extent): PdfDict {
  const digits = file.bytes.subarray(hole.start, hole.end);
  const bytes = new Uint8Array(digits.length >> 1);
  for (let index = 0; index < bytes.length; index += 1) {
    bytes[index] = (hexDigit(digits[index * 2] ?? 0) << 4) | hexDigit(digits[index * 2 + 1] ?? 0);
  }
  const dict = new PdfDict();
  dict.set('Contents', new PdfString(bytes, { hex: true, start: hole.start - 1, end: hole.end + 1 }));
  const range = nearbyRange(file, hole);
  if (range !== undefined) dict.set('ByteRange', range);
  return dict;
}

/** Answers quickly whether a place lies in one of many extents. */
function coverage(extents: readonly Extent[]): (at: number) => boolean {
  const sorted = [...extents].sort((left, right) => left.start - right.start);
  let end = 0;
  const ends = sorted.map((extent) => {
    end = Math.max(end, extent.end);
    return end;
  });
  return (at) => {
    let low = 0;
    let high = sorted.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((sorted[middle]?.start ?? 0) <= at) low = middle + 1;
      else high = middle;
    }
    return low > 0 && (ends[low - 1] ?? 0) > at;
  };
}

/**
 * Looks through the raw bytes for signatures that the form does not lead to: after damage, or when a later revision hides
 * them. Every one of them carries the problem `pdf.signature_recovered` or `pdf.signature_not_in_form`. A marker inside a
 * stream belongs to something else. The search has a budget; when that is spent the file gets a problem.
 */
export function recoverSignatures(
  file: PdfFile,
  known: readonly PdfDict[],
  streams: readonly Extent[],
): PdfSignature[] {
  const inStream = coverage(streams);
  const taken: Extent[] = known.filter((dict) => dict.start >= 0).map(({ start, end }) => ({ start, end }));
  const found: PdfSignature[] = [];
  const budget = new Budget(searchBudget);
  try {
    for (const places of occurrences(file.bytes, markers)) {
      for (const at of places) {
        if (found.length >= maxFinds || inStream(at) || inside(taken, at)) continue;
        const signature = recoverAt(file, at, { taken, budget });
        if (signature) found.push(signature);
      }
    }
  } catch (error) {
    file.note(error);
  }
  return found;
}

function recoverAt(file: PdfFile, at: number, search: { taken: Extent[]; budget: Budget }): PdfSignature | undefined {
  const { taken, budget } = search;
  const dict = enclosingDictionary(file, at, budget);
  if (dict) {
    taken.push({ start: dict.start, end: dict.end });
    if (!dict.has('ByteRange') && !(dict.get('Contents') instanceof PdfString && dict.has('SubFilter')))
      return undefined;
    if (grantsUsageRights(file, dict) || isIntegrityCode(dict)) return undefined;
    const problem: PdfProblem = { code: 'pdf.signature_not_in_form', params: { offset: dict.start } };
    return describeSignature(file, dict, { problems: [problem] });
  }
  const hole = nearbyHole(file.bytes, at, search);
  if (!hole) return undefined;
  taken.push({ start: Math.min(hole.start, at), end: Math.max(hole.end, at + 1) });
  const problem: PdfProblem = { code: 'pdf.signature_recovered', params: { offset: hole.start } };
  return describeSignature(file, fromHole(file, hole), { problems: [problem] });
}

/** The code by which an encrypted file is protected (ISO/TS 32004 clause 5.2) has a ByteRange as well, but it has no signature in it: nothing that could be one may stand there. */
const isIntegrityCode = (dict: PdfDict): boolean =>
  dict.has('MACLocation') && !['Contents', 'SubFilter', 'Filter', 'Cert'].some((key) => dict.has(key));

/** Usage rights of a viewer (UR3, ISO 32000-1 clause 12.8.2.3) look like a signature, but nobody signs a document with them. */
function grantsUsageRights(file: PdfFile, dict: PdfDict): boolean {
  const methods = file.array(dict.get('Reference')).map((item) => file.name(file.dict(item)?.get('TransformMethod')));
  return methods.some((method) => method === 'UR3' || method === 'UR');
}
