import { PdfSyntaxError } from '../errors.ts';
import type { PdfFile } from '../file.ts';
import { type PdfDict, PdfStream, type PdfValue } from '../objects.ts';
import { rectangleOf } from './context.ts';
import { type Box, InkReader, type Mark } from './ink-reader.ts';
import { drawsNothing } from './looks.ts';
import { type PageEntry, wholePage } from './page-list.ts';

const known = new WeakMap<PdfFile, Map<PdfDict, readonly Mark[] | 'unknown'>>();

/** What the signed page draws, its annotations included; `unknown` when its content cannot be followed. */
function inkOf(file: PdfFile, page: PageEntry): readonly Mark[] | 'unknown' {
  const ofFile = known.get(file) ?? new Map<PdfDict, readonly Mark[] | 'unknown'>();
  known.set(file, ofFile);
  const held = ofFile.get(page.dict);
  if (held) return held;
  const dict = wholePage(page);
  const reader = new InkReader(file);
  let ink: readonly Mark[] | 'unknown' = 'unknown';
  try {
    const contents = file.get(dict.get('Contents'));
    const streams = (Array.isArray(contents) ? contents : [contents]).map((item: PdfValue) => file.get(item));
    const parts = streams
      .filter((item): item is PdfStream => item instanceof PdfStream)
      .map((item) => file.decode(item));
    reader.run(joined(parts), file.dict(dict.get('Resources')), 0);
    ink = [...reader.marks, ...annotationsOf(file, dict)];
  } catch (error) {
    if (!(error instanceof PdfSyntaxError)) throw error;
  }
  ofFile.set(page.dict, ink);
  return ink;
}

function annotationsOf(file: PdfFile, page: PdfDict): Mark[] {
  return file.array(page.get('Annots')).flatMap((item) => {
    const annotation = file.dict(item);
    const box = annotation && !drawsNothing(file, annotation) ? rectangleOf(file, annotation.get('Rect')) : undefined;
    return box ? [{ box, kind: 'filled' as const, width: 1, light: 1, multiply: false }] : [];
  });
}

function joined(parts: readonly Uint8Array[]): Uint8Array {
  const out = new Uint8Array(parts.reduce((sum, part) => sum + part.length + 1, 0));
  let at = 0;
  for (const part of parts) {
    out.set(part, at);
    at += part.length;
    out[at] = 0x0a;
    at += 1;
  }
  return out;
}

/** A place on a page. */
export interface Place {
  readonly rect: Box;
  /** The place that an annotation had in the signed revision: it does not cover itself. */
  readonly own?: Box | undefined;
}

const sameBox = (left: Box, right: Box | undefined): boolean =>
  right !== undefined && left.every((value, index) => value === right[index]);

/** Whether a place lies over something that the signed page draws. Frames and backgrounds of most of a page do not count. */
export function coversContent(file: PdfFile, page: PageEntry, { rect, own }: Place): boolean {
  const ink = inkOf(file, page);
  const area = rectangleOf(file, wholePage(page).get('MediaBox')) ?? [0, 0, 612, 792];
  const whole = (area[2] - area[0]) * (area[3] - area[1]);
  if (ink === 'unknown') return overlap(rect, area) > 0;
  return ink.some(({ box, kind }) => {
    if (overlap(box, rect) <= 1 || sameBox(box, own)) return false;
    const background = kind !== 'picture' && kind !== 'text' && (box[2] - box[0]) * (box[3] - box[1]) >= whole * 0.5;
    return !background || overlap(rect, area) > whole * 0.5;
  });
}

/** Shared area of two boxes; a line counts as one unit wide. */
function overlap(left: Box, right: Box): number {
  const width = Math.min(left[2] + 0.5, right[2]) - Math.max(left[0] - 0.5, right[0]);
  const height = Math.min(left[3] + 0.5, right[3]) - Math.max(left[1] - 0.5, right[1]);
  return width > 0 && height > 0 ? width * height : 0;
}

/** Pages of the document, from 1, on which two annotations overlap: not a change by itself, but a place to look at. */
export function overlappingAnnotations(file: PdfFile, pages: readonly PageEntry[]): number[] {
  const found: number[] = [];
  for (const [index, page] of pages.entries()) {
    const boxes = file
      .array(page.dict.get('Annots'))
      .slice(0, 500)
      .map((item) => rectangleOf(file, file.dict(item)?.get('Rect')))
      .filter((box): box is [number, number, number, number] => box !== undefined);
    const crossing = (left: Box, right: Box): boolean =>
      Math.min(left[2], right[2]) > Math.max(left[0], right[0]) &&
      Math.min(left[3], right[3]) > Math.max(left[1], right[1]);
    if (boxes.some((box, at) => boxes.slice(at + 1).some((other) => crossing(box, other)))) found.push(index + 1);
  }
  return found;
}
