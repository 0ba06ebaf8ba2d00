import type { Language } from '@tra/kernel';
import type enrolment from '../../messages/enrolment.th.json';
import type licensing from '../../messages/licensing.th.json';
import type log from '../../messages/log.th.json';
import type pki from '../../messages/pki.th.json';
import type portal from '../../messages/th.json';
import type timestamp from '../../messages/timestamp.th.json';
import type validation from '../../messages/validation.th.json';

/** Every text key of the portal; a missing or misspelt key is a type error. */
export type TextKey =
  | keyof typeof portal
  | keyof typeof licensing
  | keyof typeof validation
  | keyof typeof pki
  | keyof typeof log
  | keyof typeof enrolment
  | keyof typeof timestamp;
export type TextParams = Readonly<Record<string, string | number | undefined>>;
export type Texts = Readonly<Record<string, string>>;

type Loader = () => Promise<{ readonly texts: Texts }>;

const first: Record<Language, Loader> = {
  th: () => import('./messages-th.ts'),
  en: () => import('./messages-en.ts'),
};
const systems: Record<Language, Loader> = {
  th: () => import('./messages-systems-th.ts'),
  en: () => import('./messages-systems-en.ts'),
};

const reports: Record<Language, Loader> = {
  th: () => import('./messages-reports-th.ts'),
  en: () => import('./messages-reports-en.ts'),
};

/** What is loaded of each language. The objects grow in place, so that whoever holds one sees what came later. */
const loaded: Record<Language, Record<string, string>> = { th: {}, en: {} };
const done = new Set<Loader>();

async function load(language: Language, loader: Loader): Promise<void> {
  if (done.has(loader)) return;
  Object.assign(loaded[language], (await loader()).texts);
  done.add(loader);
}

/** Fetches the texts of a first view in one language; those of the systems too when they are in use already. */
export async function loadTexts(language: Language): Promise<Texts> {
  const wantsSystems = done.has(systems.th) || done.has(systems.en);
  const wantsReports = done.has(reports.th) || done.has(reports.en);
  await Promise.all([
    load(language, first[language]),
    wantsSystems && load(language, systems[language]),
    wantsReports && load(language, reports[language]),
  ]);
  return loaded[language];
}

/** Fetches the texts of the systems; a page of a system is shown only after this. */
export async function loadSystemTexts(language: Language): Promise<void> {
  await load(language, systems[language]);
}

/** Fetches the words for the codes of reports; answers of the server carry their own until these are there. */
export async function loadReportTexts(language: Language): Promise<void> {
  await load(language, reports[language]);
}

/** Replaces each `{name}` by its value; a value that is missing stays visible so that tests notice it. */
export function fill(text: string, params: TextParams = {}): string {
  return text.replace(/\{(\w+)\}/g, (whole, name: string) => String(params[name] ?? whole));
}
