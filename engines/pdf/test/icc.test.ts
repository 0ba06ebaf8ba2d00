import { describe, expect, it } from 'vitest';
import { srgbProfile } from '../src/index.ts';

describe('srgbProfile', () => {
  const profile = srgbProfile();
  const view = new DataView(profile.buffer);
  const text = (at: number, length = 4): string => String.fromCharCode(...profile.subarray(at, at + length));

  it('has the header of an RGB display profile, version 2.1 (ICC.1:2001 clause 6.1)', () => {
    expect(view.getUint32(0)).toBe(profile.length);
    expect(view.getUint32(8)).toBe(0x02100000);
    expect(text(12, 12)).toBe('mntrRGB XYZ ');
    expect(text(36)).toBe('acsp');
    expect([68, 72, 76].map((at) => view.getInt32(at) / 65536)).toEqual([0.964202880859375, 1, 0.8249053955078125]);
  });

  it('holds the tags that a matrix profile must have, inside its bounds and aligned', () => {
    const tags = Array.from({ length: view.getUint32(128) }, (_, index) => {
      const at = 132 + index * 12;
      return { name: text(at), offset: view.getUint32(at + 4), size: view.getUint32(at + 8) };
    });
    expect(tags.map(({ name }) => name)).toEqual([
      'desc',
      'cprt',
      'wtpt',
      'rXYZ',
      'gXYZ',
      'bXYZ',
      'rTRC',
      'gTRC',
      'bTRC',
    ]);
    for (const { offset, size } of tags) {
      expect(offset % 4).toBe(0);
      expect(offset + size).toBeLessThanOrEqual(profile.length);
    }
  });

  it('adds its primaries up to the white point', () => {
    const component = (tag: number, axis: number): number => {
      const offset = view.getUint32(132 + tag * 12 + 4);
      return view.getInt32(offset + 8 + axis * 4) / 65536;
    };
    for (const axis of [0, 1, 2]) {
      expect(component(3, axis) + component(4, axis) + component(5, axis)).toBeCloseTo(component(2, axis), 3);
    }
  });

  it('is the same every time', () => {
    expect(srgbProfile()).toEqual(profile);
  });
});
