import { readFileSync } from 'node:fs';
import { loadMessages } from '@tra/platform-i18n';
import { describe, expect, it } from 'vitest';
import { identity } from '../src/index.ts';

describe('codes of identity', () => {
  const messages = loadMessages([new URL('messages/', identity.root)]);
  it('have a message in both languages and a status, and there are no others', () => {
    expect(messages.keys()).toEqual(Object.keys(identity.problems).sort());
  });

  it('are all thrown somewhere', () => {
    const source = ['account.ts', 'failure-counter.ts', 'password-hasher.ts', 'service.ts']
      .map((name) => readFileSync(new URL(`src/${name}`, identity.root), 'utf8'))
      .join('\n');
    for (const code of Object.keys(identity.problems)) expect(source).toContain(`'${code}'`);
  });
});
