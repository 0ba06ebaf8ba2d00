import type { PdfFile } from '../file.ts';
import { PdfRef, PdfStream } from '../objects.ts';
import { revisionEnd } from '../revisions.ts';
import { scanObjects } from '../wire/rebuild.ts';
import { sameEntry, type XrefSection } from '../wire/xref.ts';
import type { ChangeList } from './changes.ts';

/** The signed revision and the current document with where the signed one ends. */
export interface RevisionPair {
  readonly before: PdfFile;
  readonly after: PdfFile;
}

const isSpace = (byte: number): boolean => [0, 9, 10, 12, 13, 32].includes(byte);

/** Numbers whose place differs between the two revisions, in either of them. */
export function touchedObjects({ before, after }: RevisionPair): Set<number> {
  const touched = new Set<number>();
  const differs = (number: number): boolean => {
    const [old, now] = [before.entry(number), after.entry(number)];
    if (!old || !now) return (old ?? now)?.kind !== 'free';
    return !sameEntry(old, now);
  };
  for (const number of after.numbers()) if (differs(number)) touched.add(number);
  for (const number of before.numbers()) if (differs(number)) touched.add(number);
  // What lies in an object stream that was replaced is another object now.
  for (const number of after.numbers()) {
    const entry = after.entry(number);
    if (entry?.kind === 'compressed' && touched.has(entry.stream)) touched.add(number);
  }
  return touched;
}

/** Sections that updates after the signed revision brought, newest first. */
function laterSections({ before, after }: RevisionPair): readonly XrefSection[] {
  return after.sections.filter((section) => section.offset >= before.bytes.length);
}

/** Whether the chain of cross-references of the current document contains the newest section of the signed revision. */
function isBuiltOn({ before, after }: RevisionPair): boolean {
  const own = before.sections.map(({ offset }) => offset);
  const chain = after.sections.slice(-own.length).map(({ offset }) => offset);
  const rest = after.sections.slice(0, Math.max(0, after.sections.length - own.length));
  return (
    own.every((offset, index) => offset === chain[index]) && rest.every(({ offset }) => offset >= before.bytes.length)
  );
}

/** Judges the bytes after the signed revision and the cross-references that they bring (ISO 32000-2 clause 7.5.6). */
export function compareStructure(pair: RevisionPair, changes: ChangeList): void {
  const { before, after } = pair;
  if (before.rebuilt || !before.catalog) {
    changes.add('pdf.change_signed_revision_unreadable', { path: '/' });
    if (after.bytes.length > before.bytes.length) changes.add('pdf.change_structure_broken', { path: '/' });
    return;
  }
  if (after.rebuilt || !after.catalog) {
    changes.add('pdf.change_structure_broken', { path: '/' });
    return;
  }
  if (!endsARevision(before)) changes.add('pdf.change_revision_incomplete', { path: '/' });
  if (!isBuiltOn(pair)) changes.add('pdf.change_revision_detached', { path: '/' });
  judgeTail(pair, changes);
  const unlisted = unlistedObject(pair);
  if (unlisted !== undefined) changes.add('pdf.change_object_unlisted', { path: '/', object: unlisted });
  const hidden = hiddenObject(pair);
  if (hidden !== undefined) changes.add('pdf.change_hidden_object', { path: '/', object: hidden });
}

/** Whether the signed part ends where a revision does: after its `%%EOF`, give or take white space. */
function endsARevision(file: PdfFile): boolean {
  const ends = file.sections.map((section) => revisionEnd(file.bytes, section.end) ?? -1);
  let at = Math.max(...ends);
  while (at >= 0 && at < file.bytes.length && isSpace(file.bytes[at] ?? 0)) at += 1;
  return at === file.bytes.length;
}

/** What stands after the last revision: nothing, white space, or bytes that belong to no revision. */
function judgeTail(pair: RevisionPair, changes: ChangeList): void {
  const { before, after } = pair;
  const ends = laterSections(pair).map((section) => revisionEnd(after.bytes, section.end) ?? section.end);
  const end = Math.max(before.bytes.length, ...ends);
  const tail = after.bytes.subarray(end);
  if (tail.length === 0) return;
  const blank = tail.every(isSpace);
  changes.add(blank ? 'pdf.change_white_space' : 'pdf.change_bytes_foreign', {
    path: '/',
    params: { bytes: tail.length },
  });
}

/** An object among the added bytes that no cross-reference names: a reader that repairs files would take it. */
function unlistedObject(pair: RevisionPair): number | undefined {
  const { before, after } = pair;
  const from = before.bytes.length;
  if (from >= after.bytes.length) return undefined;
  const listed = new Set<number>();
  for (const section of laterSections(pair)) {
    listed.add(section.offset);
    for (const entry of section.entries.values()) if (entry.kind === 'offset') listed.add(entry.offset);
  }
  const found = scanObjects(after.bytes.subarray(from), after.limits.objects)
    .map((object) => ({ ...object, offset: object.offset + from }))
    .filter(({ offset }) => !listed.has(offset) && !listed.has(offset - 1));
  if (found.length === 0) return undefined;
  const streams = laterStreams(pair);
  return found.find(({ offset }) => !streams.some(({ start, end }) => offset >= start && offset < end))?.number;
}

function laterStreams({ before, after }: RevisionPair): { start: number; end: number }[] {
  const extents: { start: number; end: number }[] = [];
  for (const number of after.numbers()) {
    const entry = after.entry(number);
    if (entry?.kind !== 'offset' || entry.offset < before.bytes.length) continue;
    const value = after.get(new PdfRef(number));
    if (value instanceof PdfStream) extents.push({ start: value.start, end: value.start + value.raw.length });
  }
  return extents;
}

/** An object whose new place lies among the signed bytes: it was hidden there, and an update brings it to light. */
function hiddenObject(pair: RevisionPair): number | undefined {
  const { before, after } = pair;
  for (const section of laterSections(pair)) {
    for (const [number, entry] of section.entries) {
      const place = entry.kind === 'compressed' ? after.entry(entry.stream) : entry;
      if (place?.kind !== 'offset' || place.offset >= before.bytes.length) continue;
      const old = before.entry(number);
      if (!old || !sameEntry(old, entry)) return number;
    }
  }
  return undefined;
}
