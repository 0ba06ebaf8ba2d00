import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';

const portal = fileURLToPath(new URL('..', import.meta.url));
const tokensFile = join(portal, 'src/ui/tokens.css');

function colours(): Map<string, { light: string; dark: string }> {
  const css = readFileSync(tokensFile, 'utf8');
  const found = css.matchAll(/--([\w-]+): light-dark\((#[0-9a-f]{6}), (#[0-9a-f]{6})\)/g);
  return new Map([...found].map((match) => [match[1] ?? '', { light: match[2] ?? '', dark: match[3] ?? '' }]));
}

function luminance(hex: string): number {
  const [red = 0, green = 0, blue = 0] = [1, 3, 5].map((at) => {
    const share = Number.parseInt(hex.slice(at, at + 2), 16) / 255;
    return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

/** Contrast of two colours (WCAG 2.2, relative luminance). */
function contrast(one: string, other: string): number {
  const [high = 0, low = 0] = [luminance(one), luminance(other)].sort((a, b) => b - a);
  return (high + 0.05) / (low + 0.05);
}

const grounds = ['paper', 'surface', 'sunken', 'action-wash'];
const text: [string, string][] = [
  ...['ink', 'ink-soft', 'action', 'action-hover'].flatMap((name) =>
    grounds.map((ground): [string, string] => [name, ground]),
  ),
  ...['holds', 'unknown', 'fails'].flatMap((name): [string, string][] => [
    [name, `${name}-wash`],
    ['ink', `${name}-wash`],
    ['ink-soft', `${name}-wash`],
    ['action', `${name}-wash`],
    [name, 'paper'],
    [name, 'surface'],
  ]),
  ['on-action', 'action'],
  ['on-action', 'action-hover'],
  ['on-fails', 'fails'],
  ['on-seal', 'seal'],
  ['paper', 'ink'],
];
const controls: [string, string][] = [
  ...['control-edge', 'focus', 'action', 'fails', 'seal'].flatMap((name) =>
    ['paper', 'surface', 'sunken'].map((ground): [string, string] => [name, ground]),
  ),
  ['focus', 'focus-halo'],
];

describe('colour tokens', () => {
  const tokens = colours();
  const worst = (pairs: [string, string][], theme: 'light' | 'dark', floor: number) =>
    pairs.flatMap(([one, other]) => {
      const [a, b] = [tokens.get(one)?.[theme], tokens.get(other)?.[theme]];
      if (!a || !b) return [`${one} on ${other}: no such token`];
      const ratio = contrast(a, b);
      return ratio >= floor ? [] : [`${one} on ${other}: ${ratio.toFixed(2)}`];
    });

  it('are found', () => expect(tokens.size).toBeGreaterThan(20));
  it('computes the contrast of black and white', () => expect(contrast('#000000', '#ffffff')).toBeCloseTo(21));
  for (const theme of ['light', 'dark'] as const) {
    it(`gives text at least 4.5:1 (${theme})`, () => expect(worst(text, theme, 4.5)).toEqual([]));
    it(`gives controls at least 3:1 (${theme})`, () => expect(worst(controls, theme, 3)).toEqual([]));
  }
});

describe('colours', () => {
  const sources = readdirSync(join(portal, 'src'), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && /\.(css|ts|tsx)$/.test(entry.name))
    .map((entry) => join(entry.parentPath, entry.name))
    .filter((path) => path !== tokensFile);
  const literal =
    /#(?:[0-9a-f]{3,4}|[0-9a-f]{6}|[0-9a-f]{8})\b(?=\s*[;,)'"`])|\b(?:rgb|rgba|hsl|hsla|oklch|oklab|lab|lch|hwb)\(/gi;
  const names = /:\s*(?:white|black|red|green|blue|gr[ae]y|orange|yellow|purple)\b/gi;

  it('are looked for in many files', () => expect(sources.length).toBeGreaterThan(50));
  it('are named in tokens.css only', () => {
    const found = sources.flatMap((path) => {
      const content = readFileSync(path, 'utf8');
      const hits = [...content.matchAll(literal), ...(path.endsWith('.css') ? content.matchAll(names) : [])];
      return hits.map((hit) => `${path.slice(portal.length)}: ${hit[0]}`);
    });
    expect(found).toEqual([]);
  });
});
