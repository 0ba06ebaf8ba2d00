import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { trustList } from '../src/index.ts';

it.each(['th', 'en'])('%s has a text for every code', (language) => {
  const messages = JSON.parse(readFileSync(new URL(`../messages/${language}.json`, import.meta.url), 'utf8'));
  expect(Object.keys(trustList.problems).filter((code) => !messages[code])).toEqual([]);
});
