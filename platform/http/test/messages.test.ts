import { readdirSync, readFileSync } from 'node:fs';
import { loadMessages } from '@tra/platform-i18n';
import { describe, expect, it } from 'vitest';
import { HTTP_PROBLEMS } from '../src/index.ts';
import { httpMessages } from '../src/testing.ts';

const messages = loadMessages([httpMessages]);
const source = new URL('../src/', import.meta.url);
const text = readdirSync(source)
  .map((name) => readFileSync(new URL(name, source), 'utf8'))
  .join('\n');

describe('messages of this package', () => {
  it('cover every code, and no code that is none', () => {
    const codes = messages.keys().filter((key) => /^http\.[a-z_]+$/.test(key));
    expect(codes).toEqual(Object.keys(HTTP_PROBLEMS).sort());
  });

  it('name every status that a code has', () => {
    for (const status of Object.values(HTTP_PROBLEMS)) expect(messages.has(`http.status.${status}`)).toBe(true);
  });

  it('cover every code that the source throws', () => {
    const thrown = [...text.matchAll(/httpProblem\('(http\.[a-z_]+)'/g)].map((match) => match[1] ?? '');
    expect(thrown.length).toBeGreaterThan(10);
    for (const code of thrown) expect(Object.keys(HTTP_PROBLEMS)).toContain(code);
  });

  it('cover the words of the pages', () => {
    const used = [...text.matchAll(/'(http\.page\.[a-z_]+)'/g)].map((match) => match[1] ?? '');
    expect(used.length).toBeGreaterThan(5);
    for (const key of used) expect(messages.has(key)).toBe(true);
  });
});
