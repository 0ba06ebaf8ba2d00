import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { CONFIG_ERROR_CODES } from '../src/index.ts';

describe.each(['th', 'en'])('messages in %s', (language) => {
  const text = readFileSync(new URL(`../messages/${language}.json`, import.meta.url), 'utf8');
  it('cover exactly the codes', () => {
    expect(Object.keys(JSON.parse(text)).sort()).toEqual([...CONFIG_ERROR_CODES].sort());
  });
});
