import { LANGUAGES, type Language } from '@tra/kernel';

const maxHeaderLength = 1000;

function asLanguage(tag: string): Language | undefined {
  const primary = tag.trim().toLowerCase().split('-')[0];
  return LANGUAGES.find((language) => language === primary);
}

/**
 * The language to answer in: the one asked for by `query` (`?lang=en`) when it is known, else the best of `Accept-Language`
 * (RFC 9110 section 12.5.4), else Thai. Never throws: what cannot be understood is passed over.
 */
export function negotiateLanguage(acceptLanguage: string | undefined, query?: string): Language {
  const asked = query === undefined ? undefined : asLanguage(query);
  if (asked) return asked;
  let best: { language: Language; quality: number } | undefined;
  for (const item of (acceptLanguage ?? '').slice(0, maxHeaderLength).split(',')) {
    const [tag = '', ...parameters] = item.split(';');
    const language = tag.trim() === '*' ? 'th' : asLanguage(tag);
    const given = parameters.map((parameter) => parameter.trim()).find((parameter) => parameter.startsWith('q='));
    const quality = given === undefined ? 1 : Number(given.slice(2));
    if (!language || !(quality > 0 && quality <= 1)) continue;
    if (!best || quality > best.quality) best = { language, quality };
  }
  return best?.language ?? 'th';
}
