import { inflateSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { webFont } from '../src/index.ts';
import { fonts } from './support/fonts.ts';

describe('a web font', () => {
  it('holds every table that a browser needs, as it was', () => {
    const woff = webFont(fonts.regular);
    const view = new DataView(woff.buffer, woff.byteOffset);
    expect([view.getUint32(0), view.getUint32(8)]).toEqual([0x774f4646, woff.length]);
    const source = new DataView(fonts.regular.buffer, fonts.regular.byteOffset);
    const tables = new Map<string, Uint8Array>();
    for (let at = 12; at < 12 + source.getUint16(4) * 16; at += 16) {
      const [start, length] = [source.getUint32(at + 8), source.getUint32(at + 12)];
      tables.set(
        String.fromCharCode(...fonts.regular.subarray(at, at + 4)),
        fonts.regular.subarray(start, start + length),
      );
    }
    let count = 0;
    for (let at = 44; at < 44 + view.getUint16(12) * 20; at += 20) {
      const tag = String.fromCharCode(...woff.subarray(at, at + 4));
      const [offset, packed, length] = [view.getUint32(at + 4), view.getUint32(at + 8), view.getUint32(at + 12)];
      const data = woff.subarray(offset, offset + packed);
      expect(Buffer.from(packed < length ? inflateSync(data) : data).equals(tables.get(tag) ?? Buffer.alloc(0))).toBe(
        true,
      );
      count += 1;
    }
    expect(['GPOS', 'GSUB', 'cmap', 'glyf'].filter((tag) => !tables.has(tag))).toEqual([]);
    expect(count).toBeGreaterThan(10);
  });

  it('is small enough for a page, and the same each time', () => {
    const sizes = [fonts.regular, fonts.bold].map((font) => webFont(font).length);
    expect(sizes.reduce((sum, size) => sum + Math.ceil(size / 3) * 4, 0)).toBeLessThan(150_000);
    expect(Buffer.from(webFont(fonts.bold)).equals(webFont(fonts.bold))).toBe(true);
  });

  it.each<[string, Uint8Array]>([
    ['what is no font', new Uint8Array(40)],
    ['one without tables', Uint8Array.of(0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0)],
    ['one that is cut off', fonts.regular.subarray(0, 2000)],
    ['nothing', new Uint8Array()],
  ])('is not made of %s', (_, font) => {
    expect(() => webFont(font)).toThrow(expect.objectContaining({ code: 'document.font_invalid' }));
  });
});
