import { concatBytes } from '@tra/kernel';
import { PdfError } from '../errors.ts';
import { PdfDict, PdfName, PdfRef, PdfStream, PdfString, type PdfValue } from '../objects.ts';

/** Latin-1 bytes of `text`. */
export function ascii(text: string): Uint8Array {
  const bytes = new Uint8Array(text.length);
  for (let index = 0; index < text.length; index += 1) bytes[index] = text.charCodeAt(index);
  return bytes;
}

/** A number the shortest way with at most five decimals. Throws for what is not finite. */
export function serializeNumber(value: number): string {
  if (!Number.isFinite(value)) throw new PdfError('pdf.value_invalid', { params: { value: String(value) } });
  if (Number.isInteger(value)) return Number.isSafeInteger(value) ? String(value) : value.toFixed(0);
  const text = value.toFixed(5).replace(/0+$/, '').replace(/\.$/, '');
  return text === '-0' ? '0' : text;
}

function serializeName(name: string): string {
  let text = '/';
  for (const character of name) {
    const code = character.charCodeAt(0);
    if (code > 0xff) throw new PdfError('pdf.value_invalid', { params: { value: name } });
    const plain = code > 0x20 && code < 0x7f && !'()<>[]{}/%#'.includes(character);
    text += plain ? character : `#${code.toString(16).padStart(2, '0').toUpperCase()}`;
  }
  return text;
}

function serializeString(string: PdfString): string {
  const printable = string.bytes.every((byte) => byte >= 0x20 && byte < 0x7f);
  if (string.hex || !printable) {
    let text = '<';
    for (const byte of string.bytes) text += byte.toString(16).padStart(2, '0').toUpperCase();
    return `${text}>`;
  }
  return `(${String.fromCharCode(...string.bytes).replace(/[\\()]/g, '\\$&')})`;
}

/** The text of a direct object. Streams have no such form: use {@link serializeIndirect}. */
export function serializeValue(value: PdfValue): string {
  if (value === null || typeof value === 'boolean') return String(value);
  if (typeof value === 'number') return serializeNumber(value);
  if (value instanceof PdfName) return serializeName(value.name);
  if (value instanceof PdfRef) return `${value.number} ${value.generation} R`;
  if (value instanceof PdfString) return serializeString(value);
  if (value instanceof PdfDict) {
    const entries = [...value].map(([key, item]) => `${serializeName(key)} ${serializeValue(item)}`);
    return `<< ${entries.join(' ')} >>`;
  }
  if (value instanceof PdfStream) throw new PdfError('pdf.value_invalid', { params: { value: 'stream' } });
  return `[${value.map((item) => serializeValue(item)).join(' ')}]`;
}

/** The bytes of an indirect object from its number to `endobj` and the line end. */
export function serializeIndirect(ref: PdfRef, value: PdfValue): Uint8Array {
  const head = `${ref.number} ${ref.generation} obj\n`;
  if (!(value instanceof PdfStream)) return ascii(`${head}${serializeValue(value)}\nendobj\n`);
  const dict = new PdfDict(value.dict);
  dict.set('Length', value.raw.length);
  return concatBytes(ascii(`${head}${serializeValue(dict)}\nstream\n`), value.raw, ascii('\nendstream\nendobj\n'));
}
