/** Languages of the product, Thai first: it is the source language. */
export const LANGUAGES: readonly ['th', 'en'] = ['th', 'en'];

/** A language of the product (BCP 47). */
export type Language = (typeof LANGUAGES)[number];

/** Words stored in both languages, both complete. */
export type LocalizedText = Readonly<Record<Language, string>>;
