import { existsSync, readdirSync, readFileSync } from 'node:fs';

export type Language = 'th' | 'en';

const portal = new URL('../../messages/', import.meta.url);
const systems = new URL('../../../../systems/', import.meta.url);

function read(language: Language): Record<string, string> {
  const ending = new RegExp(`(^|\\.)${language}\\.json$`);
  const own = readdirSync(portal)
    .filter((name) => ending.test(name))
    .map((name) => new URL(name, portal));
  const others = readdirSync(systems).map((name) => new URL(`${name}/messages/${language}.json`, systems));
  const files = [...others, ...own].filter((file) => existsSync(file));
  return Object.assign({}, ...files.map((file) => JSON.parse(readFileSync(file, 'utf8'))));
}

const texts: Record<Language, Record<string, string>> = { th: read('th'), en: read('en') };

/** A text as the portal shows it, so that the tests press what a person reads. */
export function say(key: string, params: Record<string, string | number> = {}, language: Language = 'th'): string {
  const text = texts[language][key];
  if (text === undefined) throw new Error(`no text ${key}`);
  return text.replace(/\{(\w+)\}/g, (whole, name: string) => String(params[name] ?? whole));
}
