import { PdfFile } from '../file.ts';
import { PdfDict, PdfRef, PdfStream, type PdfValue } from '../objects.ts';
import { ascii } from '../wire/serialize.ts';
import { PdfWriter } from '../writer.ts';

/** A PDF taken apart: its objects can be changed in place. */
export interface OpenedPdf {
  readonly catalog: PdfDict;
  /** Every page, the first one first. */
  readonly pages: readonly PdfDict[];
  /** What a value is or refers to. */
  get(value: PdfValue | undefined): PdfValue;
  /** The dictionary that a value is, refers to or, for a stream, has; one that is not there throws. */
  dict(value: PdfValue | undefined): PdfDict;
  /** All dictionaries of objects and streams. */
  dicts(): readonly PdfDict[];
  /** Decoded content of a stream. */
  text(value: PdfValue | undefined): string;
  add(value: PdfValue): PdfRef;
  /** A stream that is not compressed. */
  addStream(dict: PdfDict, text: string): PdfRef;
  /** Puts other content into a stream. */
  replace(ref: PdfValue | undefined, text: string): void;
}

/** Takes a PDF apart, lets `change` change it, and writes it as one revision with the same object numbers; for tests. */
export function rewritePdf(bytes: Uint8Array, change: (pdf: OpenedPdf) => void): Uint8Array {
  const file = new PdfFile(bytes);
  const numbers = [...file.numbers()].filter((number) => file.entry(number)?.kind !== 'free');
  const objects = Array.from({ length: Math.max(...numbers) }, (_, index) => file.get(new PdfRef(index + 1)));
  const get = (value: PdfValue | undefined): PdfValue =>
    value instanceof PdfRef ? (objects[value.number - 1] ?? null) : (value ?? null);
  const dict = (value: PdfValue | undefined): PdfDict => {
    const found = get(value);
    if (found instanceof PdfStream) return found.dict;
    if (found instanceof PdfDict) return found;
    throw new Error('no dictionary');
  };
  const add = (value: PdfValue): PdfRef => new PdfRef(objects.push(value));
  const catalog = dict(file.trailer.get('Root'));
  change({
    ...{ catalog, get, dict, add },
    pages: objects.filter((value) => value instanceof PdfDict && file.name(value.get('Type')) === 'Page') as PdfDict[],
    dicts: () =>
      objects.flatMap((value) => (value instanceof PdfDict ? [value] : value instanceof PdfStream ? [value.dict] : [])),
    text: (value) => String.fromCharCode(...file.decode(get(value) as PdfStream)),
    addStream: (own, text) => add(new PdfStream(own, ascii(text))),
    replace: (ref, text) => {
      const own = dict(ref);
      own.delete('Filter');
      objects[(ref as PdfRef).number - 1] = new PdfStream(own, ascii(text));
    },
  });
  const writer = new PdfWriter();
  for (const value of objects) writer.add(value);
  const info = file.trailer.get('Info');
  const root = file.trailer.get('Root') as PdfRef;
  return writer.finish({ root, ...(info instanceof PdfRef ? { info } : {}) });
}
