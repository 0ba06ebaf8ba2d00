import { utf8Encode } from '@tra/kernel';
import {
  PdfDict,
  type PdfRef,
  type PdfValue,
  type PdfWriter,
  pdfBytes,
  pdfDict,
  pdfName,
  serializeNumber,
} from '@tra/pdf';
import type { Cluster, Shaper } from '../text/shaper.ts';
import { planCodes } from './cluster-codes.ts';
import { FontSubset, type PlacedGlyph } from './subset.ts';

interface Code {
  readonly cid: number;
  readonly text: string;
  /** Where the pen must be from the start of the cluster, in thousandths of the font size. */
  readonly at: number;
  /** In thousandths of the font size. */
  readonly width: number;
}

const tolerance = 0.05;

const thousandths = (units: number, unitsPerEm: number): number => Math.round((units * 1000) / unitsPerEm);
const hex4 = (value: number): string => value.toString(16).toUpperCase().padStart(4, '0');

/**
 * A font as one document uses it: codes of its own for each pair of shape and text. Each code has exactly one glyph and
 * exactly one ToUnicode entry, so every reader extracts the text that went in.
 */
export class EmbeddedFont {
  readonly shaper: Shaper;
  readonly ref: PdfRef;
  /** Name in the page's Font resources. */
  readonly resource: string;
  private readonly name: string;
  private readonly subset: FontSubset;
  private readonly codes = new Map<string, readonly Code[]>();
  private readonly ordered: Code[] = [];

  constructor(shaper: Shaper, options: { ref: PdfRef; resource: string; name: string }) {
    this.shaper = shaper;
    this.ref = options.ref;
    this.resource = options.resource;
    this.name = options.name;
    this.subset = new FontSubset(shaper.file);
  }

  private codesOf(cluster: Cluster): readonly Code[] {
    const key = `${cluster.text}|${cluster.glyphs.map(({ glyph, x, y }) => `${glyph},${x},${y}`).join(';')}`;
    const known = this.codes.get(key);
    if (known) return known;
    const made = this.makeCodes(cluster);
    this.codes.set(key, made);
    this.ordered.push(...made);
    return made;
  }

  private makeCodes(cluster: Cluster): readonly Code[] {
    const { unitsPerEm } = this.shaper;
    return planCodes(cluster, unitsPerEm).map(({ text, glyphs, at, width }) => ({
      cid: this.addGlyph(glyphs, width),
      text,
      at: (at * 1000) / unitsPerEm,
      width: thousandths(width, unitsPerEm),
    }));
  }

  private addGlyph(glyphs: readonly PlacedGlyph[], width: number): number {
    const [only, ...others] = glyphs;
    if (!only) return this.subset.addEmpty(width);
    const plain = others.length === 0 && only.x === 0 && only.y === 0 && width === only.advance;
    return plain ? this.subset.addCopy(only.glyph) : this.subset.addComposite(glyphs, width);
  }

  /** The operand of TJ that shows `clusters`, kerning included. */
  showText(clusters: readonly Cluster[]): string {
    let text = '[<';
    let start = 0;
    let pen = 0;
    for (const cluster of clusters) {
      for (const code of this.codesOf(cluster)) {
        const shift = pen - (start + code.at);
        if (Math.abs(shift) > tolerance) {
          text += `>${serializeNumber(Math.round(shift * 100) / 100)}<`;
          pen -= shift;
        }
        text += hex4(code.cid);
        pen += code.width;
      }
      start += (cluster.advance * 1000) / this.shaper.unitsPerEm;
    }
    return `${text}>]`;
  }

  /** Writes the font's objects (ISO 32000-2 clause 9.7.4): Type0, CIDFontType2 with Identity-H, subset, ToUnicode. */
  write(writer: PdfWriter): void {
    const tag = this.subsetTag();
    const baseFont = pdfName(`${tag}+${this.name}`);
    const file = this.subset.toBytes();
    const fontFile = writer.addStream(pdfDict({ Length1: file.length }), file);
    const descriptor = writer.add(this.descriptor(baseFont, fontFile));
    const descendant = writer.add(
      pdfDict({
        Type: pdfName('Font'),
        Subtype: pdfName('CIDFontType2'),
        BaseFont: baseFont,
        CIDSystemInfo: pdfDict({ Registry: pdfBytes('Adobe'), Ordering: pdfBytes('Identity'), Supplement: 0 }),
        FontDescriptor: descriptor,
        CIDToGIDMap: pdfName('Identity'),
        DW: thousandths(this.shaper.file.advance(0), this.shaper.unitsPerEm),
        W: this.widths(),
      }),
    );
    const toUnicode = writer.addStream(new PdfDict(), utf8Encode(this.toUnicode()));
    writer.set(
      this.ref,
      pdfDict({
        Type: pdfName('Font'),
        Subtype: pdfName('Type0'),
        BaseFont: baseFont,
        Encoding: pdfName('Identity-H'),
        DescendantFonts: [descendant],
        ToUnicode: toUnicode,
      }),
    );
  }

  /** Six letters that differ with the glyphs chosen (clause 9.9.2). */
  private subsetTag(): string {
    let state = this.ordered.length + 7;
    for (const { text, cid } of this.ordered) {
      for (const character of `${text}${cid}`) state = (state * 31 + (character.codePointAt(0) ?? 0)) % 308_915_776;
    }
    let tag = '';
    for (let letter = 0; letter < 6; letter += 1) {
      tag += String.fromCharCode(65 + (state % 26));
      state = Math.floor(state / 26);
    }
    return tag;
  }

  private descriptor(name: PdfValue, fontFile: PdfRef): PdfDict {
    const { file, unitsPerEm } = this.shaper;
    const scaled = (table: string, at: number): number => thousandths(file.readSigned(table, at), unitsPerEm);
    return pdfDict({
      Type: pdfName('FontDescriptor'),
      FontName: name,
      Flags: 4,
      FontBBox: [scaled('head', 36), scaled('head', 38), scaled('head', 40), scaled('head', 42)],
      ItalicAngle: 0,
      Ascent: scaled('hhea', 4),
      Descent: scaled('hhea', 6),
      CapHeight: scaled('OS/2', 88),
      StemV: file.read('OS/2', 4) >= 600 ? 140 : 80,
      FontFile2: fontFile,
    });
  }

  private widths(): PdfValue[] {
    const widths: PdfValue[] = [];
    const sorted = [...this.ordered].sort((left, right) => left.cid - right.cid);
    for (let from = 0; from < sorted.length; ) {
      let to = from + 1;
      while (to < sorted.length && sorted[to]?.cid === (sorted[to - 1]?.cid ?? 0) + 1) to += 1;
      const run = sorted.slice(from, to);
      widths.push(
        run[0]?.cid ?? 0,
        run.map(({ width }) => width),
      );
      from = to;
    }
    return widths;
  }

  private toUnicode(): string {
    const lines = this.ordered.map(({ cid, text }) => {
      let units = '';
      for (let index = 0; index < text.length; index += 1) units += hex4(text.charCodeAt(index));
      return `<${hex4(cid)}> <${units}>`;
    });
    let body = '';
    for (let from = 0; from < lines.length; from += 100) {
      const block = lines.slice(from, from + 100);
      body += `${block.length} beginbfchar\n${block.join('\n')}\nendbfchar\n`;
    }
    return `/CIDInit /ProcSet findresource begin
12 dict begin
begincmap
/CIDSystemInfo << /Registry (Adobe) /Ordering (UCS) /Supplement 0 >> def
/CMapName /Adobe-Identity-UCS def
/CMapType 2 def
1 begincodespacerange
<0000> <FFFF>
endcodespacerange
${body}endcmap
CMapName currentdict /CMap defineresource pop
end
end
`;
  }
}
