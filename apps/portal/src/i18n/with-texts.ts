import { currentLanguage } from './language.tsx';
import { loadParts, type TextPart } from './texts.ts';

/** Fetches a part of the program together with the texts that it shows; for `lazy` and for pages. */
export function withTexts<T>(parts: readonly TextPart[], load: () => Promise<T>): () => Promise<T> {
  return async () => {
    const [part] = await Promise.all([load(), loadParts(parts, currentLanguage)]);
    return part;
  };
}
