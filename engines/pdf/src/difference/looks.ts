import { PdfSyntaxError } from '../errors.ts';
import type { PdfFile } from '../file.ts';
import { PdfDict, PdfStream } from '../objects.ts';
import { rectangleOf } from './context.ts';
import { InkReader, type Mark } from './ink-reader.ts';

/** What a look draws, or undefined when it cannot be followed. */
function marksOf(file: PdfFile, look: PdfStream): readonly Mark[] | undefined {
  const reader = new InkReader(file);
  try {
    reader.run(file.decode(look), file.dict(look.dict.get('Resources')), 0);
  } catch (error) {
    if (!(error instanceof PdfSyntaxError)) throw error;
    return undefined;
  }
  return reader.marks;
}

/** Whether an annotation cannot be seen: no area, or nothing to draw. */
export function drawsNothing(file: PdfFile, annotation: PdfDict): boolean {
  const rect = rectangleOf(file, annotation.get('Rect'));
  if (!rect || (rect[2] - rect[0]) * (rect[3] - rect[1]) === 0) return true;
  const subtype = file.name(annotation.get('Subtype'));
  if (subtype === 'Popup' || (subtype === 'Link' && !annotation.has('AP'))) return true;
  if (subtype !== 'Widget') return false;
  const look = file.get(file.dict(annotation.get('AP'))?.get('N'));
  if (look instanceof PdfStream) return marksOf(file, look)?.length === 0;
  return !(look instanceof PdfDict) && !annotation.has('MK');
}

const marks: readonly string[] = ['Highlight', 'Underline', 'StrikeOut', 'Squiggly'];
const drawings: readonly string[] = ['Ink', 'Line', 'PolyLine', 'Polygon', 'Square', 'Circle', 'Caret'];
const thin = 5;
const noteSize = 32;

/**
 * Whether an annotation lets its reader see what it lies on: it marks or circles with thin lines or with a light colour that is multiplied,
 * writes nothing and shows no picture; or it is the small sign of a note.
 */
export function letsThrough(file: PdfFile, annotation: PdfDict): boolean {
  const subtype = file.name(annotation.get('Subtype')) ?? '';
  const held = file.get(file.dict(annotation.get('AP'))?.get('N'));
  const drawn = held instanceof PdfStream ? marksOf(file, held) : held === null ? [] : undefined;
  if (!drawn) return false;
  const plain = drawn.every(({ kind }) => kind === 'line' || kind === 'filled');
  if (subtype === 'Text') return isSmall(file, annotation) && plain;
  if (marks.includes(subtype) || drawings.includes(subtype)) {
    if (held === null)
      return marks.includes(subtype)
        ? isLight(file, annotation)
        : !annotation.has('IC') && lineWidth(file, annotation) <= thin;
    return (
      plain && drawn.every((mark) => (mark.kind === 'line' ? mark.width <= thin : mark.multiply && mark.light >= 0.6))
    );
  }
  return false;
}

function isSmall(file: PdfFile, annotation: PdfDict): boolean {
  const rect = rectangleOf(file, annotation.get('Rect'));
  return rect !== undefined && rect[2] - rect[0] <= noteSize && rect[3] - rect[1] <= noteSize;
}

/** A colour (C) so dark that a marker with it would blacken the text. */
function isLight(file: PdfFile, annotation: PdfDict): boolean {
  const parts = file.array(annotation.get('C')).map((item) => file.get(item));
  const numbers = parts.filter((item): item is number => typeof item === 'number');
  if (file.name(annotation.get('Subtype')) !== 'Highlight') return true;
  return numbers.length === 0 || (numbers.length === 4 ? (numbers[3] ?? 0) <= 0.4 : Math.max(...numbers) >= 0.6);
}

function lineWidth(file: PdfFile, annotation: PdfDict): number {
  const style = file.get(file.dict(annotation.get('BS'))?.get('W'));
  const border = file.get(file.array(annotation.get('Border'))[2]);
  if (typeof style === 'number') return style;
  return typeof border === 'number' ? border : 1;
}
