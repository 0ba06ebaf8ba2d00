import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, describe, expect, it } from 'vitest';
import { loadMessages, MESSAGES_ERROR_CODES, MessagesError } from '../src/index.ts';

const root = mkdtempSync(join(tmpdir(), 'tra-i18n-'));
afterAll(() => rmSync(root, { recursive: true }));

function directoryWith(files: Record<string, unknown>): URL {
  const directory = mkdtempSync(join(root, 'messages-'));
  for (const [name, content] of Object.entries(files)) {
    writeFileSync(join(directory, name), typeof content === 'string' ? content : JSON.stringify(content));
  }
  return pathToFileURL(directory);
}

function codeOf(work: () => unknown): string | undefined {
  try {
    work();
  } catch (error) {
    return error instanceof MessagesError ? error.code : String(error);
  }
  return undefined;
}

describe('loadMessages', () => {
  const messages = loadMessages([
    directoryWith({ 'th.json': { 'a.count': 'มี {count} รายการ' }, 'en.json': { 'a.count': '{count} items' } }),
    directoryWith({ 'th.json': { 'b.name': 'คุณ{name}' }, 'en.json': { 'b.name': 'Dear {name}' } }),
  ]);

  it('fills in values, numbers with separators', () => {
    expect(messages.translate('a.count', 'th', { count: 1234 })).toBe('มี 1,234 รายการ');
    expect(messages.translate('b.name', 'en', { name: 'Somchai' })).toBe('Dear Somchai');
  });

  it('fills in once only, and nothing of the language itself', () => {
    expect(messages.translate('b.name', 'en', { name: '{count} $& {name}' })).toBe('Dear {count} $& {name}');
    expect(messages.translate('b.name', 'en', {})).toBe('Dear {name}');
  });

  it('knows its keys', () => {
    expect(messages.keys()).toEqual(['a.count', 'b.name']);
    expect(messages.has('toString')).toBe(false);
  });

  it('refuses a key that nobody defined', () => {
    expect(codeOf(() => messages.translate('c', 'th'))).toBe('i18n.key_unknown');
  });

  it.each([
    ['one language only', { 'th.json': { a: 'ก', b: 'ข' }, 'en.json': { a: 'a' } }, 'i18n.key_one_language'],
    ['different values', { 'th.json': { a: '{x}' }, 'en.json': { a: '{y}' } }, 'i18n.params_differ'],
    ['a missing file', { 'th.json': {} }, 'i18n.file_unreadable'],
    ['no JSON', { 'th.json': '{', 'en.json': {} }, 'i18n.file_unreadable'],
    ['an empty text', { 'th.json': { a: ' ' }, 'en.json': { a: 'a' } }, 'i18n.file_unreadable'],
    ['a nested object', { 'th.json': { a: {} }, 'en.json': { a: {} } }, 'i18n.file_unreadable'],
  ])('refuses %s', (_name, files, code) => {
    expect(codeOf(() => loadMessages([directoryWith(files)]))).toBe(code);
  });

  it('refuses a key that is defined twice', () => {
    const files = { 'th.json': { a: 'ก' }, 'en.json': { a: 'a' } };
    expect(codeOf(() => loadMessages([directoryWith(files), directoryWith(files)]))).toBe('i18n.key_duplicate');
  });

  it('finds its own codes in both languages', () => {
    expect(loadMessages([new URL('../messages/', import.meta.url)]).keys()).toEqual([...MESSAGES_ERROR_CODES].sort());
  });
});
