import { contentOperators, skipInlineImage } from '../content-stream.ts';
import { PdfSyntaxError } from '../errors.ts';
import type { PdfFile } from '../file.ts';
import { type PdfDict, PdfName, PdfStream, PdfString, type PdfValue } from '../objects.ts';

/** Left, bottom, right, top. */
export type Box = readonly [number, number, number, number];
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
  width: number;
  /** How light the colour for filling is: 0 black, 1 white. */
  light: number;
  multiply: boolean;
}

/** Something that a content stream draws. */
export interface Mark {
  readonly box: Box;
  readonly kind: 'text' | 'picture' | 'filled' | 'line';
  /** Width of its line in units of the page. */
  readonly width: number;
  readonly light: number;
  /** Whether it lets through what it lies on (blend mode Multiply). */
  readonly multiply: boolean;
}

const start: State = { matrix: identity, size: 12, leading: 0, width: 1, light: 0, multiply: false };

/** Follows a content stream only as far as it takes to know where something is drawn (ISO 32000-2 clauses 8 and 9). */
export class InkReader {
  readonly marks: Mark[] = [];
  private readonly file: PdfFile;
  private operators = 0;
  private state: State = { ...start };
  private readonly saved: State[] = [];
  private text: Matrix = identity;
  private line: Matrix = identity;
  private points: [number, number][] = [];

  constructor(file: PdfFile) {
    this.file = file;
  }

  run(data: Uint8Array, resources: PdfDict | undefined, depth: number): void {
    for (const { operands, parser, word } of contentOperators(data, this.file.limits.depth)) {
      this.operators += 1;
      if (this.operators > maxOperators || this.marks.length > maxBoxes)
        throw new PdfSyntaxError('pdf.limit_reached', 'operators');
      if (word === 'BI') {
        skipInlineImage(parser);
        this.add([0, 0, 1, 1], 'picture');
      } else if (word === 'Do') this.draw(operands.at(-1), resources, depth);
      else this.operator(word, operands, resources);
    }
  }

  private add(box: Box, kind: Mark['kind']): void {
    const { matrix, width, light, multiply } = this.state;
    const scale = Math.max(Math.hypot(matrix[0], matrix[1]), Math.hypot(matrix[2], matrix[3]));
    this.marks.push({ box: boxUnder(matrix, box), kind, width: width * scale, light, multiply });
  }

  private draw(name: PdfValue | undefined, resources: PdfDict | undefined, depth: number): void {
    const held = name instanceof PdfName ? this.file.dict(resources?.get('XObject'))?.get(name.name) : undefined;
    const object = this.file.get(held);
    if (!(object instanceof PdfStream) || depth > 8) return;
    if (this.file.name(object.dict.get('Subtype')) !== 'Form') {
      this.add([0, 0, 1, 1], 'picture');
      return;
    }
    const before = { ...this.state };
    const saved = this.saved.length;
    this.state.matrix = times(matrixOf(this.file, object.dict.get('Matrix')), this.state.matrix);
    this.run(this.file.decode(object), this.file.dict(object.dict.get('Resources')) ?? resources, depth + 1);
    this.saved.length = saved;
    this.state = before;
  }

  private operator(word: string, operands: readonly PdfValue[], resources: PdfDict | undefined): void {
    const numbers = operands.filter((item): item is number => typeof item === 'number');
    const [a = 0, b = 0, c = 0, d = 0, e = 0, f = 0] = numbers;
    if (word === 'q') this.saved.push({ ...this.state });
    else if (word === 'Q') this.state = this.saved.pop() ?? this.state;
    else if (word === 'cm') this.state.matrix = times([a, b, c, d, e, f], this.state.matrix);
    else if (word === 're') this.points.push([a, b], [a + c, b + d]);
    else if ('mlcvy'.includes(word) && word.length === 1)
      for (let i = 0; i + 1 < numbers.length; i += 2) this.points.push([numbers[i] ?? 0, numbers[i + 1] ?? 0]);
    else if (['f', 'F', 'f*', 'S', 's', 'B', 'B*', 'b', 'b*'].includes(word)) this.paint(word);
    else if (word === 'n') this.points = [];
    else if (word === 'sh') this.add([-1e4, -1e4, 1e4, 1e4], 'picture');
    else if (!this.style(word, operands, numbers, resources)) this.textOperator(word, operands, numbers);
  }

  /** Colours, line widths and blend modes; false for any other operator. */
  private style(word: string, operands: readonly PdfValue[], numbers: readonly number[], resources?: PdfDict): boolean {
    if (word === 'w') this.state.width = numbers[0] ?? 1;
    else if (['g', 'rg', 'sc', 'scn'].includes(word))
      this.state.light = numbers.length === 0 ? 0 : Math.max(...numbers);
    else if (word === 'k') this.state.light = 1 - Math.max(numbers[3] ?? 1, Math.min(...numbers.slice(0, 3), 1));
    else if (word === 'gs') {
      const name = operands.at(-1);
      const held =
        name instanceof PdfName
          ? this.file.dict(this.file.dict(resources?.get('ExtGState'))?.get(name.name))
          : undefined;
      if (held?.has('BM')) this.state.multiply = this.file.name(held.get('BM')) === 'Multiply';
      if (held?.has('LW')) this.state.width = Number.POSITIVE_INFINITY;
    } else return false;
    return true;
  }

  private paint(word: string): void {
    const xs = this.points.map(([x]) => x);
    const ys = this.points.map(([, y]) => y);
    if (xs.length > 0 && xs.length < 50_000)
      this.add(
        [Math.min(...xs), Math.min(...ys), Math.max(...xs), Math.max(...ys)],
        word.toLowerCase() === 's' ? 'line' : 'filled',
      );
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
    if (visible) this.add(boxUnder(this.text, [0, -0.2 * size, width, 0.8 * size]), 'text');
    this.text = times([1, 0, 0, 1, width, 0], this.text);
  }
}

function matrixOf(file: PdfFile, value: PdfValue | undefined): Matrix {
  const numbers = file.array(value).map((item) => file.get(item));
  return numbers.length === 6 && numbers.every((item) => typeof item === 'number')
    ? (numbers as unknown as Matrix)
    : identity;
}
