export * from './format.ts';
export {
  createI18n,
  currentLanguage,
  type I18n,
  LanguageProvider,
  onLanguageChange,
  startLanguage,
  useI18n,
} from './language.tsx';
export {
  fill,
  loadReportTexts,
  loadSystemTexts,
  loadTexts,
  type TextKey,
  type TextParams,
  type Texts,
} from './texts.ts';
export { splitWords, Words } from './words.tsx';
