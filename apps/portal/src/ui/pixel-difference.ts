/** A place on a page as parts of its width and height, from the upper left corner. */
export interface Place {
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
}

/** Pixels of a drawing as `ImageData` has them. */
export interface Pixels {
  readonly width: number;
  readonly height: number;
  readonly data: Uint8ClampedArray;
}

const blockSize = 8;
/** Blocks between two differences that still make one place: letters of a word, words of a line. */
const reach = 2;
/** Difference of one colour that is more than rounding. */
const threshold = 24;
const maximumPlaces = 30;

/**
 * Places where two drawings of the same size differ, largest first; undefined when their sizes differ. Compares pixels, so it sees what a
 * reader sees and nothing else.
 */
export function differingPlaces(before: Pixels, after: Pixels): readonly Place[] | undefined {
  if (before.width !== after.width || before.height !== after.height) return undefined;
  const columns = Math.ceil(before.width / blockSize);
  const rows = Math.ceil(before.height / blockSize);
  const blocks = new Uint8Array(columns * rows);
  for (let at = 0; at < before.data.length; at += 4) {
    if (!differs(before.data, after.data, at)) continue;
    const pixel = at / 4;
    const row = Math.floor(Math.floor(pixel / before.width) / blockSize);
    blocks[row * columns + Math.floor((pixel % before.width) / blockSize)] = 1;
  }
  return groups(blocks, columns, rows)
    .sort((left, right) => area(right) - area(left))
    .slice(0, maximumPlaces)
    .map(([left, top, right, bottom]) => ({
      left: (left * blockSize) / before.width,
      top: (top * blockSize) / before.height,
      width: Math.min(1, ((right - left + 1) * blockSize) / before.width),
      height: Math.min(1, ((bottom - top + 1) * blockSize) / before.height),
    }));
}

function differs(before: Uint8ClampedArray, after: Uint8ClampedArray, at: number): boolean {
  for (let part = at; part < at + 4; part += 1) {
    if (Math.abs((before[part] ?? 0) - (after[part] ?? 0)) > threshold) return true;
  }
  return false;
}

type Box = [left: number, top: number, right: number, bottom: number];

function area([left, top, right, bottom]: Box): number {
  return (right - left + 1) * (bottom - top + 1);
}

/** Boxes around blocks that lie near each other. */
function groups(blocks: Uint8Array, columns: number, rows: number): Box[] {
  const boxes: Box[] = [];
  for (let start = 0; start < blocks.length; start += 1) {
    if (blocks[start] !== 1) continue;
    const box: Box = [columns, rows, 0, 0];
    const open = [start];
    blocks[start] = 2;
    for (let block = open.pop(); block !== undefined; block = open.pop()) {
      const [column, row] = [block % columns, Math.floor(block / columns)];
      box[0] = Math.min(box[0], column);
      box[1] = Math.min(box[1], row);
      box[2] = Math.max(box[2], column);
      box[3] = Math.max(box[3], row);
      for (let y = Math.max(0, row - reach); y <= Math.min(rows - 1, row + reach); y += 1) {
        for (let x = Math.max(0, column - reach); x <= Math.min(columns - 1, column + reach); x += 1) {
          if (blocks[y * columns + x] !== 1) continue;
          blocks[y * columns + x] = 2;
          open.push(y * columns + x);
        }
      }
    }
    boxes.push(box);
  }
  return boxes;
}
