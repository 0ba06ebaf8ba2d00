import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { measureFirstViews, renderReport } from '../portal-size.mjs';

const ofValidation = ['validate-page', 'validation.th', 'licence.th'];

/** A made-up portal build: an entry with one import, texts, a home page, the page that validates with its texts, and a page that is fetched later. */
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
    ...Object.fromEntries(ofValidation.map((name) => [name, { file: `${name}.js`, name }])),
    ...(options.home === false ? {} : { home: { file: 'home.js', name: 'home-page', imports: ['shared'] } }),
  };
  write('.vite/manifest.json', JSON.stringify(manifest));
  write('entry.js', noise(options.entry ?? 100));
  write('later.js', noise(options.later ?? 100));
  for (const name of ['shared', 'texts', 'home', 'preferences', ...ofValidation]) write(`${name}.js`, 'export {};');
  return directory;
}

function homeOf(directory: string) {
  const [home] = measureFirstViews(directory);
  if (!home) throw new Error('no view was measured');
  return home;
}

describe('portal-size', () => {
  it('counts each script of a view once, and none that comes later', () => {
    const [home, validation] = measureFirstViews(build({ later: 500_000 }));
    const names = (view: typeof home) => view?.scripts.map(({ file }) => file).sort();
    const shared = ['entry.js', 'preferences.js', 'shared.js', 'texts.js'];
    expect(names(home)).toEqual([...shared, 'home.js'].sort());
    expect(names(validation)).toEqual([...shared, ...ofValidation.map((name) => `${name}.js`)].sort());
    expect(home?.total).toBeLessThan(home?.budget ?? 0);
    expect(home && renderReport(home)).toContain('within the budget of 150 kB');
  });
  it('says of a view that it is over its budget', () => {
    const [home] = measureFirstViews(build({ entry: 1_000_000 }));
    expect(home && renderReport({ ...home, budget: 1 })).toContain('OVER the budget');
  });
  it('counts bytes as they are compressed', () => {
    const small = homeOf(build({ entry: 100 })).total;
    const large = homeOf(build({ entry: 50_000 })).total;
    expect(large).toBeGreaterThan(small);
    expect(large - small).toBeLessThan(50_000);
  });
  it('refuses a build that lacks what it is to measure', () => {
    expect(() => measureFirstViews(build({ home: false }))).toThrow(/no chunk named home-page/);
  });
});
