import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { measureFirstView, renderReport } from '../portal-size.mjs';

/** A made-up portal build: an entry with one import, texts, a home page, and a page that is fetched later. */
function build(options: { readonly later?: number; readonly entry?: number; readonly home?: boolean }): string {
  const directory = mkdtempSync(join(tmpdir(), 'portal-size-'));
  const noise = (length: number): string =>
    Array.from({ length }, (_, index) => String.fromCharCode(33 + ((index * index * 7919) % 89))).join('');
  const write = (name: string, text: string): void => writeFileSync(join(directory, name), text);
  mkdirSync(join(directory, '.vite'));
  const manifest: Record<string, object> = {
    'index.html': { file: 'entry.js', isEntry: true, imports: ['shared'] },
    shared: { file: 'shared.js', imports: ['index.html'] },
    texts: { file: 'texts.js', name: 'messages-th', imports: [] },
    later: { file: 'later.js', name: 'later' },
    ...(options.home === false ? {} : { home: { file: 'home.js', name: 'home-page', imports: ['shared'] } }),
  };
  write('.vite/manifest.json', JSON.stringify(manifest));
  write('entry.js', noise(options.entry ?? 100));
  write('later.js', noise(options.later ?? 100));
  for (const name of ['shared.js', 'texts.js', 'home.js', 'preferences.js']) write(name, 'export {};');
  return directory;
}

describe('portal-size', () => {
  it('counts each script of the first view once, and none that comes later', () => {
    const report = measureFirstView(build({ later: 500_000 }));
    expect(report.scripts.map((script) => script.file).sort()).toEqual([
      'entry.js',
      'home.js',
      'preferences.js',
      'shared.js',
      'texts.js',
    ]);
    expect(report.total).toBeLessThan(report.budget);
    expect(renderReport(report)).toContain('within the budget of 150 kB');
  });
  it('counts bytes as they are compressed', () => {
    const small = measureFirstView(build({ entry: 100 })).total;
    const large = measureFirstView(build({ entry: 50_000 })).total;
    expect(large).toBeGreaterThan(small);
    expect(large - small).toBeLessThan(50_000);
  });
  it('refuses a build that lacks what it is to measure', () => {
    expect(() => measureFirstView(build({ home: false }))).toThrow(/no chunk named home-page/);
  });
});
