import { type Canvas, figure, pageHeight, pageWidth, strokeColour } from '../page/canvas.ts';
import { bronze, type Colour, hairline, vermilion } from '../palette.ts';
import { circle } from './seal.ts';

const inset = 26;
const band = 11;

type Point = readonly [number, number];

/** A wave of `count` half periods from `from` to `to`, `height` to either side. */
function wave(from: Point, to: Point, options: { count: number; height: number }): string {
  const { count, height } = options;
  const dx = (to[0] - from[0]) / count;
  const dy = (to[1] - from[1]) / count;
  const length = Math.hypot(dx, dy);
  const across: Point = [-dy / length, dx / length];
  const parts = [`${figure(from[0])} ${figure(from[1])} m`];
  for (let half = 0; half < count; half += 1) {
    const side = (half % 2 === 0 ? 1 : -1) * height * 1.333;
    const point = (along: number, off: number): string =>
      `${figure(from[0] + dx * (half + along) + across[0] * off)} ${figure(from[1] + dy * (half + along) + across[1] * off)}`;
    parts.push(`${point(0.364, side)} ${point(0.636, side)} ${point(1, 0)} c`);
  }
  return parts.join(' ');
}

function rectangle(distance: number): string {
  return `${figure(distance)} ${figure(distance)} ${figure(pageWidth - 2 * distance)} ${figure(pageHeight - 2 * distance)} re S`;
}

/** Interlaced fine lines along one side, as on printed securities. */
function ribbon(canvas: Canvas, from: Point, to: Point): void {
  const length = Math.hypot(to[0] - from[0], to[1] - from[1]);
  const count = 2 * Math.round(length / 18);
  const strands: readonly (readonly [number, number, Colour])[] = [
    [1, 1, hairline],
    [1, -1, hairline],
    [2, 0.62, bronze],
    [2, -0.62, bronze],
  ];
  for (const [density, share, colour] of strands) {
    const height = (band / 2 - 1.4) * share;
    canvas.write(strokeColour(colour), '0.35 w', `${wave(from, to, { count: count * density, height })} S`);
  }
}

function corner(canvas: Canvas, centre: Point): void {
  canvas.write(strokeColour(vermilion), '0.6 w', `${circle(centre, band / 2 - 1.6)} S`);
  canvas.write(strokeColour(bronze), '0.4 w', `${circle(centre, band / 2 - 3.4)} S`);
}

/** The frame of a page: two lines with a ribbon of fine waves between them and a ring in each corner. */
export function drawFrame(canvas: Canvas): void {
  const outer = inset;
  const inner = inset + band;
  const middle = inset + band / 2;
  canvas.write('q', strokeColour(bronze), '0.9 w', rectangle(outer), '0.45 w', rectangle(inner));
  const [left, right, bottom, top] = [middle, pageWidth - middle, middle, pageHeight - middle];
  const gap = band / 2;
  ribbon(canvas, [left + gap, top], [right - gap, top]);
  ribbon(canvas, [left + gap, bottom], [right - gap, bottom]);
  ribbon(canvas, [left, bottom + gap], [left, top - gap]);
  ribbon(canvas, [right, bottom + gap], [right, top - gap]);
  for (const x of [left, right]) for (const y of [bottom, top]) corner(canvas, [x, y]);
  canvas.write('Q');
}
