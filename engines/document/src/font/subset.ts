import { concatBytes } from '@tra/kernel';
import { components, contourCount, glyphBox, pointCount, type TrueTypeFont, withoutInstructions } from './truetype.ts';

/** A glyph at a place, in font units from the origin of its cluster. */
export interface PlacedGlyph {
  readonly glyph: number;
  readonly x: number;
  readonly y: number;
  /** How far the pen moves after it, kerning left out. */
  readonly advance: number;
}

interface Entry {
  readonly data: Uint8Array;
  readonly advance: number;
  readonly bearing: number;
}

interface Totals {
  readonly points: number;
  readonly contours: number;
  readonly depth: number;
}

/**
 * Builds a TrueType font of chosen glyphs in the order in which they are added. A group of glyphs that belong to one piece of
 * text becomes a single composite glyph: the place of its marks cannot get lost.
 */
export class FontSubset {
  private readonly font: TrueTypeFont;
  private readonly entries: Entry[] = [];
  private readonly copied = new Map<number, number>();
  private readonly totals: Totals[] = [];
  private widest = 0;

  constructor(font: TrueTypeFont) {
    this.font = font;
    this.addCopy(0);
  }

  /** Number of glyphs so far; the next one added gets this index, unless it needs components first. */
  get size(): number {
    return this.entries.length;
  }

  private push(entry: Entry, totals: Totals): number {
    this.entries.push(entry);
    this.totals.push(totals);
    return this.entries.length - 1;
  }

  /** Adds a copy of a glyph of the font, with its components. Each call makes a new index. */
  addCopy(glyph: number): number {
    const data = withoutInstructions(this.font.glyph(glyph)).slice();
    const view = new DataView(data.buffer);
    let totals: Totals = { points: pointCount(data), contours: Math.max(0, contourCount(data)), depth: 0 };
    const parts = components(data);
    this.widest = Math.max(this.widest, parts.length);
    for (const part of parts) {
      const index = this.shared(part.glyph);
      view.setUint16(part.at, index);
      totals = this.sum(totals, index);
    }
    return this.push({ data, advance: this.font.advance(glyph), bearing: this.font.leftSideBearing(glyph) }, totals);
  }

  /** Index of a glyph used as a component: one copy serves all. */
  private shared(glyph: number): number {
    const known = this.copied.get(glyph);
    if (known !== undefined) return known;
    const index = this.addCopy(glyph);
    this.copied.set(glyph, index);
    return index;
  }

  private sum(totals: Totals, index: number): Totals {
    const part = this.totals[index] ?? { points: 0, contours: 0, depth: 0 };
    return {
      points: totals.points + part.points,
      contours: totals.contours + part.contours,
      depth: Math.max(totals.depth, part.depth + 1),
    };
  }

  /** Adds a glyph with an advance and no outline. */
  addEmpty(advance: number): number {
    return this.push({ data: new Uint8Array(), advance, bearing: 0 }, { points: 0, contours: 0, depth: 0 });
  }

  /** Adds a composite of `parts`. */
  addComposite(parts: readonly PlacedGlyph[], advance: number): number {
    const drawn = parts.filter(({ glyph }) => this.font.glyph(glyph).length >= 10);
    if (drawn.length === 0) return this.addEmpty(advance);
    const data = new Uint8Array(10 + drawn.length * 8);
    const view = new DataView(data.buffer);
    let box: [number, number, number, number] = [32767, 32767, -32768, -32768];
    let totals: Totals = { points: 0, contours: 0, depth: 0 };
    for (const [order, { glyph, x, y }] of drawn.entries()) {
      const index = this.shared(glyph);
      const [left, bottom, right, top] = glyphBox(this.font.glyph(glyph));
      box = [
        Math.min(box[0], left + x),
        Math.min(box[1], bottom + y),
        Math.max(box[2], right + x),
        Math.max(box[3], top + y),
      ];
      const at = 10 + order * 8;
      // ARG_1_AND_2_ARE_WORDS, ARGS_ARE_XY_VALUES and, but for the last, MORE_COMPONENTS.
      view.setUint16(at, 0x0003 | (order < drawn.length - 1 ? 0x0020 : 0));
      view.setUint16(at + 2, index);
      view.setInt16(at + 4, x);
      view.setInt16(at + 6, y);
      totals = this.sum(totals, index);
    }
    view.setInt16(0, -1);
    for (const [index, edge] of box.entries()) view.setInt16(2 + index * 2, edge);
    this.widest = Math.max(this.widest, drawn.length);
    return this.push({ data, advance, bearing: box[0] }, totals);
  }

  /** The font file (OpenType tables `glyf head hhea hmtx loca maxp`). */
  toBytes(): Uint8Array {
    const glyphs: Uint8Array[] = [];
    const loca = new DataView(new ArrayBuffer((this.entries.length + 1) * 4));
    const hmtx = new DataView(new ArrayBuffer(this.entries.length * 4));
    let offset = 0;
    for (const [index, { data, advance, bearing }] of this.entries.entries()) {
      const padded = new Uint8Array(Math.ceil(data.length / 4) * 4);
      padded.set(data);
      glyphs.push(padded);
      offset += padded.length;
      loca.setUint32((index + 1) * 4, offset);
      hmtx.setUint16(index * 4, advance);
      hmtx.setInt16(index * 4 + 2, bearing);
    }
    const head = this.font.table('head').slice();
    new DataView(head.buffer).setUint32(8, 0);
    new DataView(head.buffer).setUint16(50, 1);
    const hhea = this.font.table('hhea').slice();
    new DataView(hhea.buffer).setUint16(34, this.entries.length);
    return assemble([
      ['glyf', concatBytes(...glyphs)],
      ['head', head],
      ['hhea', hhea],
      ['hmtx', new Uint8Array(hmtx.buffer)],
      ['loca', new Uint8Array(loca.buffer)],
      ['maxp', this.maxp()],
    ]);
  }

  private maxp(): Uint8Array {
    const most = (pick: (totals: Totals) => number, composite: boolean): number =>
      this.totals.reduce(
        (highest, totals) => (totals.depth > 0 === composite ? Math.max(highest, pick(totals)) : highest),
        0,
      );
    const maxp = new Uint8Array(32);
    const view = new DataView(maxp.buffer);
    view.setUint32(0, 0x00010000);
    view.setUint16(4, this.entries.length);
    view.setUint16(
      6,
      most(({ points }) => points, false),
    );
    view.setUint16(
      8,
      most(({ contours }) => contours, false),
    );
    view.setUint16(
      10,
      most(({ points }) => points, true),
    );
    view.setUint16(
      12,
      most(({ contours }) => contours, true),
    );
    view.setUint16(14, 1);
    view.setUint16(28, this.widest);
    view.setUint16(
      30,
      most(({ depth }) => depth, true),
    );
    return maxp;
  }
}

function checksum(bytes: Uint8Array): number {
  let sum = 0;
  for (let index = 0; index < bytes.length; index += 4) {
    const word =
      ((bytes[index] ?? 0) * 0x1000000 +
        (((bytes[index + 1] ?? 0) << 16) | ((bytes[index + 2] ?? 0) << 8) | (bytes[index + 3] ?? 0))) %
      0x100000000;
    sum = (sum + word) % 0x100000000;
  }
  return sum;
}

/** Joins tables, given in the order of their tags, into a font file with its checksums. */
function assemble(tables: readonly (readonly [string, Uint8Array])[]): Uint8Array {
  const directory = new DataView(new ArrayBuffer(12 + tables.length * 16));
  const power = 2 ** Math.floor(Math.log2(tables.length));
  directory.setUint32(0, 0x00010000);
  directory.setUint16(4, tables.length);
  directory.setUint16(6, power * 16);
  directory.setUint16(8, Math.log2(power));
  directory.setUint16(10, (tables.length - power) * 16);
  const bodies: Uint8Array[] = [];
  let offset = directory.byteLength;
  let headAt = 0;
  for (const [index, [tag, body]] of tables.entries()) {
    const at = 12 + index * 16;
    for (let letter = 0; letter < 4; letter += 1) directory.setUint8(at + letter, tag.charCodeAt(letter));
    directory.setUint32(at + 4, checksum(body));
    directory.setUint32(at + 8, offset);
    directory.setUint32(at + 12, body.length);
    if (tag === 'head') headAt = offset;
    const padded = new Uint8Array(Math.ceil(body.length / 4) * 4);
    padded.set(body);
    bodies.push(padded);
    offset += padded.length;
  }
  const file = concatBytes(new Uint8Array(directory.buffer), ...bodies);
  new DataView(file.buffer).setUint32(headAt + 8, (0xb1b0afba - checksum(file) + 0x100000000) % 0x100000000);
  return file;
}
