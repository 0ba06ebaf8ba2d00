import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';

const prefixes = ['timestamp'];
const sources = prefixes
  .map((prefix) => new URL(`../../../engines/${prefix}/src/`, import.meta.url))
  .concat(new URL('../src/', import.meta.url));

function textsIn(folder: URL): string {
  return readdirSync(fileURLToPath(folder), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ts') && !name.endsWith('testing.ts'))
    .map((name) => readFileSync(new URL(name, folder), 'utf8'))
    .join('\n');
}

/** Codes as they stand in the sources, with the endings that `check()` of engines/cms adds. */
function codes(): Set<string> {
  const text = sources.map(textsIn).join('\n');
  const pattern = new RegExp(`'((?:${prefixes.join('|')})\\.[a-z0-9_]+)'`, 'g');
  const notMessages = new Set(['timestamp.segment', 'timestamp.unit_expiring', 'timestamp.unit_key_destroyed']);
  const auditActions = /\.(subscriber|key)_(created|changed|rotated|revoked)$/;
  return new Set(
    [...text.matchAll(pattern)]
      .map(([, code]) => String(code))
      .filter((code) => !notMessages.has(code) && !auditActions.test(code)),
  );
}

describe('messages', () => {
  it.each(['th', 'en'])('%s has a text for every code of the engines and of this system', (language) => {
    // What a report says of a signature is worded by systems/validation, what fails here by this system.
    const files = ['pki', 'timestamp', 'validation'].map(
      (name) => new URL(`../../${name}/messages/${language}.json`, import.meta.url),
    );
    const messages = Object.assign({}, ...files.map((file) => JSON.parse(readFileSync(file, 'utf8')))) as Record<
      string,
      string
    >;
    const known = codes();
    expect(known.size).toBeGreaterThan(20);
    expect([...known].filter((code) => !messages[code])).toEqual([]);
  });
});
