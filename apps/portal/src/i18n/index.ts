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
export { fill, loadTexts, type TextKey, type TextParams, type TextPart, type Texts, wantAfterChange } from './texts.ts';
export { withTexts } from './with-texts.ts';
export { splitWords, Words } from './words.tsx';
