import { PdfSyntaxError } from '../errors.ts';
import type { PdfFile } from '../file.ts';
import { PdfDict, PdfName, PdfStream, PdfString, type PdfValue } from '../objects.ts';
import { Keyword, Parser } from '../wire/parser.ts';
import { rectangleOf } from './context.ts';
import { type PageEntry, wholePage } from './page-list.ts';

type Box = readonly [number, number, number, number];
type Matrix = readonly [number, number, number, number, number, number];

const identity: Matrix = [1, 0, 0, 1, 0, 0];
const maxOperators = 200_000;
const maxBoxes = 20_000;

const times = (m: Matrix, n: Matrix): Matrix => [
  m[0] * n[0] + m[1] * n[2],
  m[0] * n[1] + m[1] * n[3],
  m[2] * n[0] + m[3] * n[2],
  m[2] * n[1] + m[3] * n[3],
  m[4] * n[0] + m[5] * n[2] + n[4],
  m[4] * n[1] + m[5] * n[3] + n[5],
];

function boxUnder(matrix: Matrix, [left, bottom, right, top]: Box): Box {
  const xs = [left, right].flatMap((x) => [bottom, top].map((y) => matrix[0] * x + matrix[2] * y + matrix[4]));
  const ys = [left, right].flatMap((x) => [bottom, top].map((y) => matrix[1] * x + matrix[3] * y + matrix[5]));
  return [Math.min(...xs), Math.min(...ys), Math.max(...xs), Math.max(...ys)];
}

interface State {
  matrix: Matrix;
  size: number;
  leading: number;
}

/** Follows a content stream only as far as it takes to know where something is drawn (ISO 32000-2 clauses 8 and 9). */
class InkReader {
  readonly boxes: Box[] = [];
  private readonly file: PdfFile;
  private operators = 0;
  private state: State = { matrix: identity, size: 12, leading: 0 };
  private readonly saved: State[] = [];
  private text: Matrix = identity;
  private line: Matrix = identity;
  private points: [number, number][] = [];

  constructor(file: PdfFile) {
    this.file = file;
  }

  run(data: Uint8Array, resources: PdfDict | undefined, depth: number): void {
    const parser = new Parser(data, 0, this.file.limits.depth);
    let operands: PdfValue[] = [];
    for (;;) {
      parser.skipSpace();
      if (parser.position >= data.length) return;
      const token = parser.token();
      if (!(token instanceof Keyword)) {
        operands.push(token);
        if (operands.length > 64) operands = operands.slice(-33);
        continue;
      }
      this.operators += 1;
      if (this.operators > maxOperators || this.boxes.length > maxBoxes)
        throw new PdfSyntaxError('pdf.limit_reached', 'operators');
      if (token.word === 'BI') this.inlineImage(parser);
      else if (token.word === 'Do') this.draw(operands.at(-1), resources, depth);
      else this.operator(token.word, operands);
      operands = [];
    }
  }

  private add(box: Box): void {
    this.boxes.push(boxUnder(this.state.matrix, box));
  }

  private inlineImage(parser: Parser): void {
    const { bytes } = parser;
    let at = parser.position;
    const space = (byte: number | undefined): boolean =>
      byte === undefined || byte === 0x20 || byte === 0x0a || byte === 0x0d;
    while (
      at < bytes.length &&
      !(bytes[at] === 0x45 && bytes[at + 1] === 0x49 && space(bytes[at - 1]) && space(bytes[at + 2]))
    )
      at += 1;
    parser.position = Math.min(bytes.length, at + 2);
    this.add([0, 0, 1, 1]);
  }

  private draw(name: PdfValue | undefined, resources: PdfDict | undefined, depth: number): void {
    const held = name instanceof PdfName ? this.file.dict(resources?.get('XObject'))?.get(name.name) : undefined;
    const object = this.file.get(held);
    if (!(object instanceof PdfStream) || depth > 8) return;
    if (this.file.name(object.dict.get('Subtype')) !== 'Form') {
      this.add([0, 0, 1, 1]);
      return;
    }
    const before = { ...this.state };
    const saved = this.saved.length;
    this.state.matrix = times(matrixOf(this.file, object.dict.get('Matrix')), this.state.matrix);
    this.run(this.file.decode(object), this.file.dict(object.dict.get('Resources')) ?? resources, depth + 1);
    this.saved.length = saved;
    this.state = before;
  }

  private operator(word: string, operands: readonly PdfValue[]): void {
    const numbers = operands.filter((item): item is number => typeof item === 'number');
    const [a = 0, b = 0, c = 0, d = 0, e = 0, f = 0] = numbers;
    if (word === 'q') this.saved.push({ ...this.state });
    else if (word === 'Q') this.state = this.saved.pop() ?? this.state;
    else if (word === 'cm') this.state.matrix = times([a, b, c, d, e, f], this.state.matrix);
    else if (word === 're') this.points.push([a, b], [a + c, b + d]);
    else if ('mlcvy'.includes(word) && word.length === 1)
      for (let i = 0; i + 1 < numbers.length; i += 2) this.points.push([numbers[i] ?? 0, numbers[i + 1] ?? 0]);
    else if (['f', 'F', 'f*', 'S', 's', 'B', 'B*', 'b', 'b*'].includes(word)) this.paint();
    else if (word === 'n') this.points = [];
    else this.textOperator(word, operands, numbers);
  }

  private paint(): void {
    const xs = this.points.map(([x]) => x);
    const ys = this.points.map(([, y]) => y);
    if (xs.length > 0 && xs.length < 50_000)
      this.add([Math.min(...xs), Math.min(...ys), Math.max(...xs), Math.max(...ys)]);
    this.points = [];
  }

  private textOperator(word: string, operands: readonly PdfValue[], numbers: readonly number[]): void {
    const [a = 0, b = 0, c = 0, d = 0, e = 0, f = 0] = numbers;
    if (word === 'BT') this.text = this.line = identity;
    else if (word === 'Tf') this.state.size = a;
    else if (word === 'TL') this.state.leading = a;
    else if (word === 'Tm') this.text = this.line = [a, b, c, d, e, f];
    else if (word === 'Td' || word === 'TD') {
      if (word === 'TD') this.state.leading = -b;
      this.nextLine(a, b);
    } else if (word === 'T*') this.nextLine(0, -this.state.leading);
    else if (word === 'Tj' || word === 'TJ') this.show(operands.at(-1));
    else if (word === "'" || word === '"') {
      this.nextLine(0, -this.state.leading);
      this.show(operands.at(-1));
    }
  }

  private nextLine(x: number, y: number): void {
    this.line = times([1, 0, 0, 1, x, y], this.line);
    this.text = this.line;
  }

  /** Half the size for each byte: near enough to know which place on a page is written on. */
  private show(value: PdfValue | undefined): void {
    const parts = Array.isArray(value) ? value : [value];
    const strings = parts.filter((part): part is PdfString => part instanceof PdfString);
    const visible = strings.some(({ bytes }) => bytes.some((byte) => byte !== 0x20));
    const length = strings.reduce((sum, { bytes, hex }) => sum + (hex ? bytes.length / 2 : bytes.length), 0);
    const { size } = this.state;
    const width = length * Math.abs(size) * 0.5;
    if (visible) this.add(boxUnder(this.text, [0, -0.2 * size, width, 0.8 * size]));
    this.text = times([1, 0, 0, 1, width, 0], this.text);
  }
}

function matrixOf(file: PdfFile, value: PdfValue | undefined): Matrix {
  const numbers = file.array(value).map((item) => file.get(item));
  return numbers.length === 6 && numbers.every((item) => typeof item === 'number')
    ? (numbers as unknown as Matrix)
    : identity;
}

const known = new WeakMap<PdfDict, readonly Box[] | 'unknown'>();

/** Boxes around what the signed page draws, its annotations included; `unknown` when its content cannot be followed. */
function inkOf(file: PdfFile, page: PageEntry): readonly Box[] | 'unknown' {
  const held = known.get(page.dict);
  if (held) return held;
  const dict = wholePage(page);
  const reader = new InkReader(file);
  let ink: readonly Box[] | 'unknown' = 'unknown';
  try {
    const contents = file.get(dict.get('Contents'));
    const streams = (Array.isArray(contents) ? contents : [contents]).map((item: PdfValue) => file.get(item));
    const parts = streams
      .filter((item): item is PdfStream => item instanceof PdfStream)
      .map((item) => file.decode(item));
    reader.run(joined(parts), file.dict(dict.get('Resources')), 0);
    for (const item of file.array(dict.get('Annots'))) {
      const annotation = file.dict(item);
      const rect =
        annotation && !drawsNothing(file, annotation) ? rectangleOf(file, annotation.get('Rect')) : undefined;
      if (rect) reader.boxes.push(rect);
    }
    ink = reader.boxes;
  } catch (error) {
    if (!(error instanceof PdfSyntaxError)) throw error;
  }
  known.set(page.dict, ink);
  return ink;
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

/** Whether `rect` lies over something that the signed page draws. Frames and backgrounds of most of a page do not count. */
export function coversContent(file: PdfFile, page: PageEntry, rect: Box): boolean {
  const ink = inkOf(file, page);
  const area = rectangleOf(file, wholePage(page).get('MediaBox')) ?? [0, 0, 612, 792];
  const whole = (area[2] - area[0]) * (area[3] - area[1]);
  if (ink === 'unknown') return overlap(rect, area) > 0;
  return ink.some((box) => {
    const shared = overlap(box, rect);
    const size = Math.max(1, (box[2] - box[0]) * (box[3] - box[1]));
    return shared > 1 && (size < whole * 0.5 || overlap(rect, area) > whole * 0.5);
  });
}

/** Shared area of two boxes; a line counts as one unit wide. */
function overlap(left: Box, right: Box): number {
  const width = Math.min(left[2] + 0.5, right[2]) - Math.max(left[0] - 0.5, right[0]);
  const height = Math.min(left[3] + 0.5, right[3]) - Math.max(left[1] - 0.5, right[1]);
  return width > 0 && height > 0 ? width * height : 0;
}

/** Whether an annotation cannot be seen: no area, hidden, or nothing to draw. */
export function drawsNothing(file: PdfFile, annotation: PdfDict): boolean {
  const rect = rectangleOf(file, annotation.get('Rect'));
  if (!rect || (rect[2] - rect[0]) * (rect[3] - rect[1]) === 0) return true;
  const subtype = file.name(annotation.get('Subtype'));
  if (subtype === 'Popup' || (subtype === 'Link' && !annotation.has('AP'))) return true;
  if (subtype !== 'Widget') return false;
  const look = file.get(file.dict(annotation.get('AP'))?.get('N'));
  if (look instanceof PdfStream) return isEmpty(file, look, 0);
  return !(look instanceof PdfDict) && !annotation.has('MK');
}

function isEmpty(file: PdfFile, look: PdfStream, depth: number): boolean {
  try {
    const reader = new InkReader(file);
    reader.run(file.decode(look), file.dict(look.dict.get('Resources')), depth);
    return reader.boxes.length === 0;
  } catch (error) {
    if (!(error instanceof PdfSyntaxError)) throw error;
    return false;
  }
}

const lines: readonly string[] = ['Highlight', 'Underline', 'StrikeOut', 'Squiggly'];

/**
 * Whether an annotation marks text and no more: one of the four kinds that do, whose look has no text and no picture, and lets through
 * what it lies on.
 */
export function isMarkupLine(file: PdfFile, annotation: PdfDict): boolean {
  const subtype = file.name(annotation.get('Subtype')) ?? '';
  if (!lines.includes(subtype)) return false;
  const held = file.dict(annotation.get('AP'))?.get('N');
  if (held === undefined) return true;
  const look = file.get(held);
  if (!(look instanceof PdfStream)) return false;
  try {
    return letsThrough(file, look, { filled: false, multiply: false }, 0);
  } catch (error) {
    if (!(error instanceof PdfSyntaxError)) throw error;
    return false;
  }
}

interface Look {
  filled: boolean;
  multiply: boolean;
}

function letsThrough(file: PdfFile, look: PdfStream, seen: Look, depth: number): boolean {
  if (depth > 4) return false;
  const resources = file.dict(look.dict.get('Resources'));
  if (file.dict(resources?.get('Font'))?.size || file.dict(resources?.get('Shading'))?.size) return false;
  for (const state of file.dict(resources?.get('ExtGState'))?.values() ?? []) {
    if (file.name(file.dict(state)?.get('BM')) === 'Multiply') seen.multiply = true;
  }
  for (const inner of file.dict(resources?.get('XObject'))?.values() ?? []) {
    const form = file.get(inner);
    if (!(form instanceof PdfStream) || file.name(form.dict.get('Subtype')) !== 'Form') return false;
    if (!letsThrough(file, form, seen, depth + 1)) return false;
  }
  const text = String.fromCharCode(...file.decode(look).subarray(0, 20_000));
  if (/\b(?:Tj|TJ|BI|sh)\b/.test(text)) return false;
  if (/(?:^|\s)(?:f|F|f\*|B|B\*|b|b\*)(?:\s|$)/.test(text)) seen.filled = true;
  return depth > 0 || !seen.filled || seen.multiply;
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
