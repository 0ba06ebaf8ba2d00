import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { negotiateLanguage } from '../src/index.ts';

describe('negotiateLanguage', () => {
  it.each([
    [undefined, 'th'],
    ['', 'th'],
    ['en', 'en'],
    ['EN-GB', 'en'],
    ['th-TH,th;q=0.9,en;q=0.8', 'th'],
    ['en-US,en;q=0.9,th;q=0.8', 'en'],
    ['fr, en;q=0.5', 'en'],
    ['fr', 'th'],
    ['*', 'th'],
    ['en;q=0, th;q=0.1', 'th'],
    ['en;q=0', 'th'],
    ['th;q=0.2, en;q=0.7', 'en'],
    ['en;q=abc', 'th'],
    ['en;q=2', 'th'],
  ])('%s leads to %s', (header, expected) => {
    expect(negotiateLanguage(header)).toBe(expected);
  });

  it('lets the query win when it is known', () => {
    expect(negotiateLanguage('th', 'en')).toBe('en');
    expect(negotiateLanguage('en', 'fr')).toBe('en');
    expect(negotiateLanguage('en', '')).toBe('en');
  });

  it('never throws and always knows an answer', () => {
    fc.assert(
      fc.property(fc.string(), fc.option(fc.string(), { nil: undefined }), (header, query) => {
        expect(['th', 'en']).toContain(negotiateLanguage(header, query));
      }),
    );
  });

  it('is not slowed down by a long header', () => {
    expect(negotiateLanguage(`${'x,'.repeat(1_000_000)}en`)).toBe('th');
  });
});
