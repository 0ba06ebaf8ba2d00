import { checkModel } from './check-model.ts';
import { DocumentError } from './errors.ts';
import type { DocumentModel } from './model.ts';
import { renderDocument } from './render.ts';
import { Shaper } from './text/shaper.ts';
import { printable } from './text/wrap.ts';

/** Sets documents with one pair of fonts. */
export interface DocumentRenderer {
  /**
   * A PDF/A-3 file (ISO 19005-3, level A, tagged after PDF/UA-1) of `model`; the same model gives the same bytes. Text comes
   * out of it exactly as it went in. Throws {@link DocumentError}: `document.character_unsupported` names the characters that
   * the font lacks, `document.model_invalid` the place in the model, `document.too_long`, `document.qr_too_long`; and
   * `PdfError` for an unusable attachment.
   */
  render(model: DocumentModel): Uint8Array;
  /** Characters of `text` that a document cannot show, so that a form can refuse them early. */
  unsupportedCharacters(text: string): string[];
}

/**
 * Makes a renderer from the bytes of two TrueType fonts that cover Thai and Latin. The package ships Sarabun under
 * `fontDirectory`. Rejects with {@link DocumentError} `document.font_invalid`.
 *
 * @example
 * const renderer = await createDocumentRenderer({ regular, bold });
 * const pdf = renderer.render({ language: 'th', title: 'ใบทะเบียน', author: 'กรม', created, id: '1', blocks, attachments: [] });
 */
export async function createDocumentRenderer(fonts: {
  readonly regular: Uint8Array;
  readonly bold: Uint8Array;
}): Promise<DocumentRenderer> {
  const shapers = { regular: new Shaper(fonts.regular), bold: new Shaper(fonts.bold) };
  const unsupportedCharacters = (text: string): string[] => {
    const plain = printable(text).replaceAll('\n', '');
    return [...new Set([...shapers.regular.unsupported(plain), ...shapers.bold.unsupported(plain)])];
  };
  return {
    unsupportedCharacters,
    render(model) {
      const missing = unsupportedCharacters(checkModel(model).join(''));
      if (missing.length > 0) {
        throw new DocumentError('document.character_unsupported', { params: { characters: nameCharacters(missing) } });
      }
      return renderDocument(shapers, model);
    },
  };
}

function nameCharacters(missing: readonly string[]): string {
  return missing
    .slice(0, 8)
    .map((character) => {
      const code = (character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0');
      return /^[\p{L}\p{N}\p{P}\p{S}]$/u.test(character) ? `${character} (U+${code})` : `U+${code}`;
    })
    .join(', ');
}
