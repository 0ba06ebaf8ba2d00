import { describe, expect, it } from 'vitest';
import { FontSubset } from '../src/font/subset.ts';
import { components, contourCount, glyphBox, TrueTypeFont } from '../src/font/truetype.ts';
import { Shaper } from '../src/text/shaper.ts';
import { fonts } from './support/fonts.ts';

const font = new TrueTypeFont(fonts.regular);
const shaper = new Shaper(fonts.regular);

describe('FontSubset', () => {
  it('is a font of its own with the glyphs asked for', () => {
    const subset = new FontSubset(font);
    const [cluster] = shaper.shape('ที่');
    const plain = subset.addCopy(cluster?.glyphs[0]?.glyph ?? 0);
    const joined = subset.addComposite(cluster?.glyphs ?? [], 637);
    const empty = subset.addEmpty(45);
    const made = new TrueTypeFont(subset.toBytes());
    expect(made.glyphCount).toBe(subset.size);
    expect(made.unitsPerEm).toBe(font.unitsPerEm);
    expect(contourCount(made.glyph(plain))).toBe(contourCount(font.glyph(cluster?.glyphs[0]?.glyph ?? 0)));
    expect(components(made.glyph(joined))).toHaveLength(cluster?.glyphs.length ?? 0);
    expect(made.advance(joined)).toBe(637);
    expect(made.advance(empty)).toBe(45);
    expect(made.glyph(empty)).toHaveLength(0);
  });

  it('puts the left edge of a composite where its outline begins', () => {
    const subset = new FontSubset(font);
    for (const cluster of shaper.shape('ปั้นน้ำญู่')) {
      const index = subset.addComposite(cluster.glyphs, cluster.nominal);
      const made = new TrueTypeFont(subset.toBytes());
      expect(made.leftSideBearing(index)).toBe(glyphBox(made.glyph(index))[0]);
    }
  });

  it('is read by HarfBuzz with the same outlines', () => {
    const subset = new FontSubset(font);
    const [cluster] = shaper.shape('ก');
    const glyph = cluster?.glyphs[0]?.glyph ?? 0;
    const index = subset.addCopy(glyph);
    const bytes = subset.toBytes();
    expect(new Shaper(bytes).outline(index)).toEqual(shaper.outline(glyph));
  });

  it('sums up to the checksum that every font must have', () => {
    const bytes = new FontSubset(font).toBytes();
    const view = new DataView(bytes.buffer);
    let sum = 0;
    for (let at = 0; at < bytes.length; at += 4) sum = (sum + view.getUint32(at)) >>> 0;
    expect(sum).toBe(0xb1b0afba);
  });
});
