import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';

const sources = new URL('../src/', import.meta.url);
const text = readdirSync(sources, { recursive: true, encoding: 'utf8' })
  .filter((name) => name.endsWith('.ts'))
  .map((name) => readFileSync(new URL(name, sources), 'utf8'))
  .join('\n');
// Names of jobs and audit records.
const notMessages = /_(issue|validate|opened|changed|created|revoked|proven|refused)$|\.sweep$/;
const spoken = ['enrolment.name_not_allowed', 'enrolment.payload_refused', 'enrolment.already_revoked'];

describe('messages', () => {
  it.each(['th', 'en'])('%s has a text for every code', (language) => {
    const messages = JSON.parse(readFileSync(new URL(`../messages/${language}.json`, import.meta.url), 'utf8'));
    const codes = [...new Set([...text.matchAll(/'(enrolment\.[a-z_]+)'/g)].map(([, code]) => String(code)))];
    const needed = codes.filter((code) => !notMessages.test(code) || spoken.includes(code));
    expect(needed.length).toBeGreaterThan(50);
    expect(needed.filter((code) => !messages[code])).toEqual([]);
    expect(Object.keys(messages).filter((key) => !codes.includes(key))).toEqual([]);
  });
});
