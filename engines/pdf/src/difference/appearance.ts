import { contentOperators, skipInlineImage } from '../content-stream.ts';
import { PdfSyntaxError } from '../errors.ts';
import type { PdfFile } from '../file.ts';
import { PdfDict, PdfName, PdfStream, PdfString, textOf } from '../objects.ts';
import type { FieldEntry } from './field-tree.ts';

/** Whether the look of a field shows its value; `unknown` when its characters cannot be told. */
export type ShownVerdict = 'agrees' | 'differs' | 'unknown';

const packed = (text: string): string => text.replace(/[\s\u00a0]+/g, '');
const password = 1 << 13;

/** Compares the words in the normal appearance of a widget with the field's value, where its fonts use plain Latin codes. */
export function showsValue(
  file: PdfFile,
  widget: PdfDict,
  { words, field }: { readonly words: string | undefined; readonly field: FieldEntry },
): ShownVerdict {
  if (words === undefined || (field.flags & password) !== 0) return 'unknown';
  const look = file.get(file.dict(widget.get('AP'))?.get('N'));
  if (look === null) return 'agrees';
  if (!(look instanceof PdfStream)) return 'unknown';
  const shown = shownText(file, look, 0);
  if (shown === undefined || ![...words].every((character) => /[\x20-\x7e\r\n\t]/.test(character))) return 'unknown';
  const accepted = [words, ...labelsFor(file, field, words)].map(packed);
  return accepted.includes(packed(shown)) ||
    (field.type === 'Ch' && accepted.some((text) => packed(shown).includes(text)))
    ? 'agrees'
    : 'differs';
}

/** Labels that the options of a choice field give to the value. */
function labelsFor(file: PdfFile, field: FieldEntry, words: string): string[] {
  const labels: string[] = [];
  for (const option of file.array(field.dict.get('Opt'))) {
    const [code, label] = file.array(option).map((item) => file.get(item));
    if (code instanceof PdfString && label instanceof PdfString && textOf(code) === words) labels.push(textOf(label));
  }
  return labels;
}

/** Text that a content stream shows; undefined when a font does not use plain Latin codes or the content cannot be read. */
function shownText(file: PdfFile, look: PdfStream, depth: number): string | undefined {
  const resources = file.dict(look.dict.get('Resources'));
  if (depth > 4 || !plainFonts(file, resources)) return undefined;
  try {
    let text = '';
    for (const { operands, parser, word } of contentOperators(file.decode(look), file.limits.depth)) {
      const last = operands.at(-1);
      if (word === 'BI') skipInlineImage(parser);
      else if (word === 'Do') {
        const inner = file.get(
          last instanceof PdfName ? file.dict(resources?.get('XObject'))?.get(last.name) : undefined,
        );
        const more = inner instanceof PdfStream && inner !== look ? shownText(file, inner, depth + 1) : undefined;
        if (more === undefined) return undefined;
        text += more;
      } else if (['Tj', 'TJ', "'", '"'].includes(word)) {
        for (const part of Array.isArray(last) ? last : [last]) if (part instanceof PdfString) text += textOf(part);
      }
      if (text.length > 100_000) return text;
    }
    return text;
  } catch (error) {
    if (!(error instanceof PdfSyntaxError)) throw error;
    return undefined;
  }
}

/** Whether every font of the resources shows the letters that its codes stand for in Latin text. */
function plainFonts(file: PdfFile, resources: PdfDict | undefined): boolean {
  for (const value of file.dict(resources?.get('Font'))?.values() ?? []) {
    const font = file.dict(value);
    const encoding = file.get(font?.get('Encoding'));
    if (file.name(font?.get('Subtype')) === 'Type0' || font?.has('ToUnicode')) return false;
    if (
      encoding instanceof PdfDict &&
      encoding.has('Differences') &&
      file.array(encoding.get('Differences')).length > 0
    ) {
      const first = file.get(file.array(encoding.get('Differences'))[0]);
      // The usual table for forms names codes outside ASCII only, and those before the space.
      if (typeof first !== 'number' || (first >= 32 && first < 127)) return false;
    }
  }
  return true;
}
