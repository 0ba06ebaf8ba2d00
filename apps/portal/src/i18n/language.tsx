import type { Language } from '@tra/kernel';
import { createContext, type ReactNode, useCallback, useContext, useEffect, useMemo, useState } from 'react';
import { formatDate, formatDateTime } from './format.ts';
import { fill, loadTexts, type TextKey, type TextParams, type Texts } from './texts.ts';

/** What a component may say: `t` for the portal's own texts, `tc` for a code that came from a server or an engine. */
export interface I18n {
  readonly language: Language;
  t(key: TextKey, params?: TextParams): string;
  /** Text of a code such as `validation.summary.passed`; falls back to the given text, then to the code itself. */
  tc(code: string, params?: TextParams, fallback?: string): string;
  /** The reader's side of a text stored in both languages. */
  pick(text: { readonly th: string; readonly en: string } | undefined): string;
  setLanguage(language: Language): void;
}

const I18nContext = createContext<I18n | undefined>(undefined);
const storageKey = 'tra.language';
let current: Language = 'th';
const listeners = new Set<(language: Language) => void>();

/** Language of this moment, for code outside components (the API client's Accept-Language). */
export function currentLanguage(): Language {
  return current;
}

/** Calls back after the reader chose another language; returns how to stop. */
export function onLanguageChange(listener: (language: Language) => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

/** Language that public/preferences.js put on the page (address, then stored choice, then Thai). */
export function startLanguage(): Language {
  current = document.documentElement.lang === 'en' ? 'en' : 'th';
  return current;
}

function remember(language: Language): void {
  current = language;
  document.documentElement.lang = language;
  try {
    localStorage.setItem(storageKey, language);
  } catch {
    // Refused storage only means that the choice is not remembered.
  }
}

const isoDate = /^\d{4}-\d{2}-\d{2}$/;
const isoTime = /^\d{4}-\d{2}-\d{2}T[\d:.]+(Z|[+-]\d{2}:\d{2})$/;

/** Parameters that came from a server as ISO dates become dates of the reader's calendar. */
function readable(params: TextParams | undefined, language: Language): TextParams {
  const shown = Object.entries(params ?? {}).map(([name, value]) => {
    if (typeof value !== 'string') return [name, value];
    if (isoDate.test(value)) return [name, formatDate(value, language)];
    return [name, isoTime.test(value) ? formatDateTime(value, language) : value];
  });
  return Object.fromEntries(shown);
}

/** Pure core of the hook: looks up, fills, falls back. */
export function createI18n(language: Language, texts: Texts, setLanguage: (language: Language) => void): I18n {
  return {
    language,
    t: (key, params) => fill(texts[key] ?? key, params),
    tc: (code, params, fallback) => fill(texts[code] ?? fallback ?? code, readable(params, language)),
    pick: (text) => text?.[language] ?? text?.th ?? '',
    setLanguage,
  };
}

export function LanguageProvider(props: { language: Language; texts: Texts; children: ReactNode }): ReactNode {
  const [state, setState] = useState({ language: props.language, texts: props.texts });
  const setLanguage = useCallback((language: Language) => {
    loadTexts(language).then(
      (texts) => {
        remember(language);
        setState({ language, texts });
        for (const listener of listeners) listener(language);
      },
      () => undefined,
    );
  }, []);
  useEffect(() => {
    document.documentElement.lang = state.language;
  }, [state.language]);
  const i18n = useMemo(() => createI18n(state.language, state.texts, setLanguage), [state, setLanguage]);
  return <I18nContext value={i18n}>{props.children}</I18nContext>;
}

export function useI18n(): I18n {
  const i18n = useContext(I18nContext);
  if (!i18n) throw new Error('useI18n needs a LanguageProvider above it');
  return i18n;
}
