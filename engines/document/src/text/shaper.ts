import { Blob, Buffer, Direction, Face, Font, shape } from 'harfbuzzjs';
import type { PlacedGlyph } from '../font/subset.ts';
import { TrueTypeFont } from '../font/truetype.ts';

/** What a reader sees as one unit of writing: its text and the glyphs that show it, in font units. */
export interface Cluster {
  readonly text: string;
  /** Index of the text's first UTF-16 unit in what was shaped. */
  readonly start: number;
  readonly glyphs: readonly PlacedGlyph[];
  /** How far the pen moves, kerning included. */
  readonly advance: number;
  /** How far it would move without kerning. */
  readonly nominal: number;
}

/** A font that turns text into clusters with HarfBuzz. Not safe for use by two threads at once. */
export class Shaper {
  readonly file: TrueTypeFont;
  readonly unitsPerEm: number;
  readonly ascender: number;
  readonly descender: number;
  private readonly font: Font;
  private readonly buffer: Buffer = new Buffer();
  private readonly known = new Map<string, readonly Cluster[]>();
  private readonly supported: ReadonlySet<number>;

  /** Throws `DocumentError` `document.font_invalid`. */
  constructor(bytes: Uint8Array) {
    this.file = new TrueTypeFont(bytes);
    this.unitsPerEm = this.file.unitsPerEm;
    const face = new Face(new Blob(bytes));
    this.font = new Font(face);
    this.supported = new Set(face.collectUnicodes());
    this.ascender = this.file.readSigned('hhea', 4);
    this.descender = this.file.readSigned('hhea', 6);
  }

  /** Characters of `text` that the font cannot show. */
  unsupported(text: string): string[] {
    const missing = new Set<string>();
    for (const character of text) {
      if (/\p{C}/u.test(character) || !this.supported.has(character.codePointAt(0) ?? 0)) missing.add(character);
    }
    return [...missing];
  }

  /** Clusters of one line of text, whose characters have been found supported. */
  shape(text: string): readonly Cluster[] {
    if (text === '') return [];
    const known = this.known.get(text);
    if (known) return known;
    const clusters = this.shapeNow(text);
    if (this.known.size > 500) this.known.clear();
    if (text.length <= 200) this.known.set(text, clusters);
    return clusters;
  }

  private shapeNow(text: string): readonly Cluster[] {
    this.buffer.reset();
    this.buffer.addText(text);
    this.buffer.setDirection(Direction.LTR);
    this.buffer.setScript(/[\u0e00-\u0e7f]/.test(text) ? 'Thai' : 'Latn');
    this.buffer.setLanguage('th');
    shape(this.font, this.buffer);
    const infos = this.buffer.getGlyphInfos();
    const positions = this.buffer.getGlyphPositions();
    const clusters: Cluster[] = [];
    for (let from = 0; from < infos.length; ) {
      const start = infos[from]?.cluster ?? 0;
      const glyphs: PlacedGlyph[] = [];
      let pen = 0;
      let nominal = 0;
      let index = from;
      for (; index < infos.length && infos[index]?.cluster === start; index += 1) {
        const glyph = infos[index]?.codepoint ?? 0;
        const place = positions[index] ?? { xAdvance: 0, yAdvance: 0, xOffset: 0, yOffset: 0 };
        const advance = this.file.advance(glyph);
        glyphs.push({ glyph, x: pen + place.xOffset, y: place.yOffset, advance });
        pen += place.xAdvance;
        nominal += advance;
      }
      clusters.push({
        text: text.slice(start, infos[index]?.cluster ?? text.length),
        start,
        glyphs,
        advance: pen,
        nominal,
      });
      from = index;
    }
    return clusters;
  }

  /** Outline of a glyph as SVG path segments in font units. */
  outline(glyph: number): readonly { readonly type: string; readonly values: readonly number[] }[] {
    return this.font.glyphToJson(glyph);
  }
}
