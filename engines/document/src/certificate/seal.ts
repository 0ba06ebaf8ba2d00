import { type Canvas, figure, fill, strokeColour } from '../page/canvas.ts';
import { vermilion, white } from '../palette.ts';
import type { Shaper } from '../text/shaper.ts';

const word = 'ตรา';
const petals = 36;

type Point = readonly [number, number];

const at = (centre: Point, radius: number, angle: number): Point => [
  centre[0] + radius * Math.cos(angle),
  centre[1] + radius * Math.sin(angle),
];

const pair = (point: Point): string => point.map(figure).join(' ');

/** Operators of a circle's path. */
export function circle(centre: Point, radius: number): string {
  const k = radius * 0.5523;
  const [x, y] = centre;
  const curve = (a: Point, b: Point, c: Point): string => `${pair(a)} ${pair(b)} ${pair(c)} c`;
  return [
    `${pair([x + radius, y])} m`,
    curve([x + radius, y + k], [x + k, y + radius], [x, y + radius]),
    curve([x - k, y + radius], [x - radius, y + k], [x - radius, y]),
    curve([x - radius, y - k], [x - k, y - radius], [x, y - radius]),
    curve([x + k, y - radius], [x + radius, y - k], [x + radius, y]),
    'h',
  ].join(' ');
}

/** A disc with a scalloped edge. */
function scalloped(centre: Point, radius: number): string {
  const step = (2 * Math.PI) / petals;
  const parts = [`${pair(at(centre, radius, 0))} m`];
  for (let petal = 0; petal < petals; petal += 1) {
    const start = petal * step;
    const bulge = radius * 1.055;
    parts.push(
      `${pair(at(centre, bulge, start + step * 0.22))} ${pair(at(centre, bulge, start + step * 0.78))} ${pair(at(centre, radius, start + step))} c`,
    );
  }
  return `${parts.join(' ')} h`;
}

/** A path of glyph outlines for `text`, `width` points wide and centred on `centre`. Nothing in it is text to a reader. */
export function outlineText(
  shaper: Shaper,
  text: string,
  place: { centre: Point; width: number; angle?: number },
): string {
  const clusters = shaper.shape(text);
  const total = clusters.reduce((sum, cluster) => sum + cluster.advance, 0);
  const scale = place.width / total;
  const cos = Math.cos(place.angle ?? 0) * scale;
  const sin = Math.sin(place.angle ?? 0) * scale;
  const middle = shaper.unitsPerEm * 0.3;
  const map = (x: number, y: number): Point => {
    const left = x - total / 2;
    const up = y - middle;
    return [place.centre[0] + left * cos - up * sin, place.centre[1] + left * sin + up * cos];
  };
  const parts: string[] = [];
  let pen = 0;
  for (const cluster of clusters) {
    for (const { glyph, x, y } of cluster.glyphs) {
      parts.push(glyphPath(shaper, glyph, (px, py) => map(pen + x + px, y + py)));
    }
    pen += cluster.advance;
  }
  return parts.join(' ');
}

function glyphPath(shaper: Shaper, glyph: number, map: (x: number, y: number) => Point): string {
  const parts: string[] = [];
  let last: Point = [0, 0];
  for (const { type, values } of shaper.outline(glyph)) {
    const [a = 0, b = 0, c = 0, d = 0, e = 0, f = 0] = values;
    if (type === 'M' || type === 'L') {
      parts.push(`${pair(map(a, b))} ${type.toLowerCase()}`);
      last = [a, b];
    } else if (type === 'Q') {
      const first = map(last[0] + ((a - last[0]) * 2) / 3, last[1] + ((b - last[1]) * 2) / 3);
      const second = map(c + ((a - c) * 2) / 3, d + ((b - d) * 2) / 3);
      parts.push(`${pair(first)} ${pair(second)} ${pair(map(c, d))} c`);
      last = [c, d];
    } else if (type === 'C') {
      parts.push(`${pair(map(a, b))} ${pair(map(c, d))} ${pair(map(e, f))} c`);
      last = [e, f];
    } else if (type === 'Z') parts.push('h');
  }
  return parts.join(' ');
}

/** The seal: a vermilion disc with a scalloped edge, a white ring and the word ตรา cut out of it. */
export function drawSeal(canvas: Canvas, shaper: Shaper, place: { centre: Point; radius: number }): void {
  const { centre, radius } = place;
  canvas.write('q', fill(vermilion), scalloped(centre, radius * 0.945), 'f');
  canvas.write(strokeColour(white), `${figure(radius * 0.024)} w`, circle(centre, radius * 0.84), 'S');
  canvas.write(`${figure(radius * 0.012)} w`, circle(centre, radius * 0.79), 'S');
  canvas.write(fill(white), outlineText(shaper, word, { centre: [centre[0], centre[1]], width: radius * 1.12 }), 'f');
  for (const angle of [Math.PI / 2, -Math.PI / 2]) {
    canvas.write(circle(at(centre, radius * 0.6, angle), radius * 0.045), 'f');
  }
  canvas.write('Q');
}
