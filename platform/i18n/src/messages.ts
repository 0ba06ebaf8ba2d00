import { readFileSync } from 'node:fs';
import { type ErrorParams, LANGUAGES, type Language } from '@tra/kernel';
import { MessagesError } from './errors.ts';
import { formatNumber } from './numbers.ts';

/** What the product says, by key, in both languages. */
export interface Messages {
  /**
   * The words of `key` with `{name}` replaced by `params`. Numbers are written with group separators. A name without a value
   * stays as it is. Throws `i18n.key_unknown` for a key that nobody defined: ask {@link Messages.has} first when it may be foreign.
   */
  translate(key: string, language: Language, params?: ErrorParams): string;
  has(key: string): boolean;
  /** All keys, sorted. */
  keys(): string[];
}

type Entry = Record<Language, string>;

function readMessages(directory: URL, language: Language): Record<string, string> {
  const base = directory.href.endsWith('/') ? directory : new URL(`${directory.href}/`);
  const file = new URL(`${language}.json`, base);
  try {
    const parsed = JSON.parse(readFileSync(file, 'utf8')) as Record<string, unknown>;
    for (const [key, text] of Object.entries(parsed)) {
      if (typeof text !== 'string' || text.trim() === '') throw new TypeError(`${key} is not a text`);
    }
    return parsed as Record<string, string>;
  } catch (cause) {
    throw new MessagesError('i18n.file_unreadable', { params: { file: file.pathname }, cause });
  }
}

const placeholder = /\{([a-zA-Z][a-zA-Z0-9_]*)\}/g;

function namesIn(text: string): string {
  return [...new Set([...text.matchAll(placeholder)].map((match) => match[1]))].sort().join(',');
}

function addDirectory(entries: Map<string, Entry>, directory: URL): void {
  const texts = { th: readMessages(directory, 'th'), en: readMessages(directory, 'en') };
  for (const key of new Set([...Object.keys(texts.th), ...Object.keys(texts.en)])) {
    const { [key]: th } = texts.th;
    const { [key]: en } = texts.en;
    if (th === undefined || en === undefined) throw new MessagesError('i18n.key_one_language', { params: { key } });
    if (entries.has(key)) throw new MessagesError('i18n.key_duplicate', { params: { key } });
    if (namesIn(th) !== namesIn(en)) throw new MessagesError('i18n.params_differ', { params: { key } });
    entries.set(key, { th, en });
  }
}

function fill(text: string, language: Language, params: ErrorParams): string {
  return text.replace(placeholder, (whole, name: string) => {
    if (!Object.hasOwn(params, name)) return whole;
    const value = params[name];
    return typeof value === 'number' ? formatNumber(value, language) : String(value);
  });
}

/**
 * Reads `th.json` and `en.json` of each directory. Throws a {@link MessagesError} when a file is missing, a key is in one
 * language only, is defined twice, or names different parameters in the two languages.
 *
 * @example
 * const messages = loadMessages([new URL('../messages/', import.meta.url)]);
 * messages.translate('http.not_found', 'th');
 */
export function loadMessages(directories: readonly URL[]): Messages {
  const entries = new Map<string, Entry>();
  for (const directory of directories) addDirectory(entries, directory);
  return {
    has: (key) => entries.has(key),
    keys: () => [...entries.keys()].sort(),
    translate: (key, language, params = {}) => {
      const entry = entries.get(key);
      if (!entry || !LANGUAGES.includes(language)) throw new MessagesError('i18n.key_unknown', { params: { key } });
      return fill(entry[language], language, params);
    },
  };
}
