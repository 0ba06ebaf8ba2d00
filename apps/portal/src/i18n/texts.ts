import type { Language } from '@tra/kernel';
import type enrolment from '../../messages/enrolment.th.json';
import type licence from '../../messages/licence.th.json';
import type licensing from '../../messages/licensing.th.json';
import type log from '../../messages/log.th.json';
import type pki from '../../messages/pki.th.json';
import type record from '../../messages/record.th.json';
import type report from '../../messages/report.th.json';
import type subscribers from '../../messages/subscribers.th.json';
import type portal from '../../messages/th.json';
import type timestamp from '../../messages/timestamp.th.json';
import type validation from '../../messages/validation.th.json';

/** Texts of screens beyond those of a first view, by the name of their file in `messages/`. */
interface Screens {
  readonly enrolment: typeof enrolment;
  readonly licence: typeof licence;
  readonly licensing: typeof licensing;
  readonly log: typeof log;
  readonly pki: typeof pki;
  readonly record: typeof record;
  readonly report: typeof report;
  readonly subscribers: typeof subscribers;
  readonly timestamp: typeof timestamp;
  readonly validation: typeof validation;
}

type KeysOf<T> = T extends unknown ? keyof T : never;

/** Every text key of the portal; a missing or misspelt key is a type error. */
export type TextKey = keyof typeof portal | KeysOf<Screens[keyof Screens]>;
export type TextParams = Readonly<Record<string, string | number | undefined>>;
export type Texts = Readonly<Record<string, string>>;

/** A part of the texts, fetched by itself: those of screens, or the words of a system for the codes that it sends. */
export type TextPart = keyof Screens | `codes:${'licensing' | 'pki' | 'timestamp' | 'validation'}`;

type Loader = () => Promise<Texts>;

const first: Readonly<Record<Language, Loader>> = {
  th: async () => (await import('./messages-th.ts')).texts,
  en: async () => (await import('./messages-en.ts')).texts,
};
const screens = import.meta.glob<Texts>('../../messages/*.*.json', { import: 'default' });
const codes = import.meta.glob<Texts>('../../../../systems/{licensing,pki,timestamp,validation}/messages/*.json', {
  import: 'default',
});

function loaderOf(part: TextPart, language: Language): Loader {
  const [name, system] = part.split(':');
  const loader = system
    ? codes[`../../../../systems/${system}/messages/${language}.json`]
    : screens[`../../messages/${name}.${language}.json`];
  if (!loader) throw new Error(`There are no texts named ${part} in ${language}.`);
  return loader;
}

/** What is loaded of each language. The objects grow in place, so that whoever holds one sees what came later. */
const loaded: Readonly<Record<Language, Record<string, string>>> = { th: {}, en: {} };
const done = new Set<string>();
const wanted = new Set<TextPart>();

async function load(language: Language, part: TextPart | 'first'): Promise<void> {
  const name = `${language} ${part}`;
  if (done.has(name)) return;
  const loader = part === 'first' ? first[language] : loaderOf(part, language);
  Object.assign(loaded[language], await loader());
  done.add(name);
}

/** Fetches the texts of a first view in one language, and whatever else is in use already. */
export async function loadTexts(language: Language): Promise<Texts> {
  await Promise.all([load(language, 'first'), ...[...wanted].map((part) => load(language, part))]);
  return loaded[language];
}

/** Fetches parts of the texts in the language that `current` tells; asks again after a change of language meanwhile. */
export async function loadParts(parts: readonly TextPart[], current: () => Language): Promise<void> {
  for (const part of parts) wanted.add(part);
  for (let language: Language | undefined; language !== current(); ) {
    const chosen = current();
    await Promise.all(parts.map((part) => load(chosen, part)));
    language = chosen;
  }
}

/** Has parts fetched with the next change of language; until then what stands on the page has brought its own words. */
export function wantAfterChange(parts: readonly TextPart[]): void {
  for (const part of parts) wanted.add(part);
}

/** Replaces each `{name}` by its value; a value that is missing stays visible so that tests notice it. */
export function fill(text: string, params: TextParams = {}): string {
  return text.replace(/\{(\w+)\}/g, (whole, name: string) => String(params[name] ?? whole));
}
