import { DocumentError } from '../errors.ts';

const fail = (reason: string): never => {
  throw new DocumentError('document.font_invalid', { params: { reason } });
};

/** A component of a composite glyph: where its glyph index stands in the glyph's bytes. */
export interface Component {
  readonly glyph: number;
  readonly at: number;
}

/** The tables of a TrueType font with outlines in `glyf` (OpenType 1.9). Reads only; bounds are checked. */
export class TrueTypeFont {
  readonly unitsPerEm: number;
  readonly glyphCount: number;
  private readonly bytes: Uint8Array;
  private readonly view: DataView;
  private readonly tables = new Map<string, { offset: number; length: number }>();
  private readonly longOffsets: boolean;
  private readonly metricCount: number;

  /** Throws {@link DocumentError} `document.font_invalid`. */
  constructor(file: Uint8Array) {
    // A Node Buffer would share its memory with every slice.
    const bytes = new Uint8Array(file.buffer, file.byteOffset, file.byteLength);
    this.bytes = bytes;
    this.view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    if (bytes.length < 12 || this.view.getUint32(0) !== 0x00010000) fail('no TrueType outlines');
    const count = this.view.getUint16(4);
    if (bytes.length < 12 + count * 16) fail('truncated');
    for (let index = 0; index < count; index += 1) {
      const at = 12 + index * 16;
      const tag = String.fromCharCode(...bytes.subarray(at, at + 4));
      const table = { offset: this.view.getUint32(at + 8), length: this.view.getUint32(at + 12) };
      if (table.offset + table.length > bytes.length) fail(`table ${tag}`);
      this.tables.set(tag, table);
    }
    for (const tag of ['glyf', 'loca', 'head', 'hhea', 'hmtx', 'maxp']) if (!this.tables.has(tag)) fail(`no ${tag}`);
    this.unitsPerEm = this.read('head', 18);
    this.longOffsets = this.read('head', 50) !== 0;
    this.glyphCount = this.read('maxp', 4);
    this.metricCount = this.read('hhea', 34);
    const needed = (this.glyphCount + 1) * (this.longOffsets ? 4 : 2);
    if (this.unitsPerEm < 16 || this.metricCount < 1 || this.table('loca').length < needed) fail('tables disagree');
  }

  /** The bytes of a table; empty when there is none. */
  table(tag: string): Uint8Array {
    const found = this.tables.get(tag);
    return found ? this.bytes.subarray(found.offset, found.offset + found.length) : new Uint8Array();
  }

  /** An unsigned 16-bit number of a table; 0 beyond its end. */
  read(tag: string, at: number): number {
    const found = this.tables.get(tag);
    return found && at + 2 <= found.length ? this.view.getUint16(found.offset + at) : 0;
  }

  /** A signed 16-bit number of a table. */
  readSigned(tag: string, at: number): number {
    const value = this.read(tag, at);
    return value > 0x7fff ? value - 0x10000 : value;
  }

  advance(glyph: number): number {
    return this.read('hmtx', Math.min(glyph, this.metricCount - 1) * 4);
  }

  leftSideBearing(glyph: number): number {
    const at = glyph < this.metricCount ? glyph * 4 + 2 : this.metricCount * 4 + (glyph - this.metricCount) * 2;
    return this.readSigned('hmtx', at);
  }

  /** The `glyf` bytes of a glyph; empty for one without outline. */
  glyph(glyph: number): Uint8Array {
    if (glyph < 0 || glyph >= this.glyphCount) fail(`glyph ${glyph}`);
    const place = (index: number): number => {
      const { offset } = this.tables.get('loca') ?? { offset: 0 };
      return this.longOffsets ? this.view.getUint32(offset + index * 4) : this.view.getUint16(offset + index * 2) * 2;
    };
    const start = place(glyph);
    const end = place(glyph + 1);
    if (end < start || end > this.table('glyf').length) fail(`glyph ${glyph}`);
    return this.table('glyf').subarray(start, end);
  }
}

/** Bounding box of glyph bytes in font units; zeros for an empty glyph. */
export function glyphBox(glyph: Uint8Array): readonly [number, number, number, number] {
  if (glyph.length < 10) return [0, 0, 0, 0];
  const view = new DataView(glyph.buffer, glyph.byteOffset, glyph.byteLength);
  return [view.getInt16(2), view.getInt16(4), view.getInt16(6), view.getInt16(8)];
}

/** Number of contours; negative for a composite glyph. */
export function contourCount(glyph: Uint8Array): number {
  return glyph.length < 10 ? 0 : new DataView(glyph.buffer, glyph.byteOffset, glyph.byteLength).getInt16(0);
}

/** Number of points of a simple glyph. */
export function pointCount(glyph: Uint8Array): number {
  const contours = contourCount(glyph);
  if (contours <= 0) return 0;
  return new DataView(glyph.buffer, glyph.byteOffset, glyph.byteLength).getUint16(10 + (contours - 1) * 2) + 1;
}

/** Components of a composite glyph; none for a simple one. */
export function components(glyph: Uint8Array): Component[] {
  if (contourCount(glyph) >= 0) return [];
  const view = new DataView(glyph.buffer, glyph.byteOffset, glyph.byteLength);
  const found: Component[] = [];
  let at = 10;
  for (;;) {
    if (at + 4 > glyph.length) fail('composite glyph');
    const flags = view.getUint16(at);
    found.push({ glyph: view.getUint16(at + 2), at: at + 2 });
    at += 4 + (flags & 0x0001 ? 4 : 2);
    if (flags & 0x0008) at += 2;
    else if (flags & 0x0040) at += 4;
    else if (flags & 0x0080) at += 8;
    if (!(flags & 0x0020)) return found;
  }
}

/** Glyph bytes without hinting instructions, which mean nothing without the font's own programs. */
export function withoutInstructions(glyph: Uint8Array): Uint8Array {
  const contours = contourCount(glyph);
  if (glyph.length < 10) return new Uint8Array();
  const view = new DataView(glyph.buffer, glyph.byteOffset, glyph.byteLength);
  if (contours >= 0) {
    const at = 10 + contours * 2;
    const length = view.getUint16(at);
    const out = new Uint8Array(glyph.length - length);
    out.set(glyph.subarray(0, at));
    out.set(glyph.subarray(at + 2 + length), at + 2);
    return out;
  }
  const out = glyph.slice();
  const written = new DataView(out.buffer);
  for (const component of components(glyph)) {
    written.setUint16(component.at - 2, view.getUint16(component.at - 2) & ~0x0100);
  }
  return out;
}
