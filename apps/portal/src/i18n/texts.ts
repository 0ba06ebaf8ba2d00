import type { Language } from '@tra/kernel';
import type licensing from '../../messages/licensing.th.json';
import type portal from '../../messages/th.json';
import type validation from '../../messages/validation.th.json';

/** Every text key of the portal; a missing or misspelt key is a type error. */
export type TextKey = keyof typeof portal | keyof typeof licensing | keyof typeof validation;
export type TextParams = Readonly<Record<string, string | number | undefined>>;
export type Texts = Readonly<Record<string, string>>;

const loaders: Record<Language, () => Promise<{ texts: Texts }>> = {
  th: () => import('./messages-th.ts'),
  en: () => import('./messages-en.ts'),
};

const loaded = new Map<Language, Texts>();

/** Fetches the texts of one language (one chunk; the other language is never fetched until it is chosen). */
export async function loadTexts(language: Language): Promise<Texts> {
  const known = loaded.get(language);
  if (known) return known;
  const { texts } = await loaders[language]();
  loaded.set(language, texts);
  return texts;
}

/** Replaces each `{name}` by its value; a value that is missing stays visible so that tests notice it. */
export function fill(text: string, params: TextParams = {}): string {
  return text.replace(/\{(\w+)\}/g, (whole, name: string) => String(params[name] ?? whole));
}
