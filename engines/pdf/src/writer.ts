import { createHash } from 'node:crypto';
import { concatBytes } from '@tra/kernel';
import { PdfDict, PdfRef, PdfStream, PdfString, type PdfValue, pdfName } from './objects.ts';
import { deflate } from './wire/filters.ts';
import { ascii, serializeIndirect, serializeValue } from './wire/serialize.ts';

/** Stream data compressed once for use in many files. */
export interface PackedData {
  readonly deflated: Uint8Array;
}

/** Compresses `data` with FlateDecode for {@link PdfWriter.addPacked}. */
export function packData(data: Uint8Array): PackedData {
  return { deflated: deflate(data) };
}

/**
 * Writes a new PDF 1.7 file: objects in the order of their numbers, a classic cross-reference table, no encryption. The same
 * calls give the same bytes.
 *
 * @example
 * const writer = new PdfWriter();
 * const catalog = writer.add(pdfDict({ Type: pdfName('Catalog'), Pages: pages }));
 * const bytes = writer.finish({ root: catalog });
 */
export class PdfWriter {
  private readonly objects: (PdfValue | undefined)[] = [];

  /** A reference whose object is given later with {@link PdfWriter.set}. */
  allocate(): PdfRef {
    this.objects.push(undefined);
    return new PdfRef(this.objects.length);
  }

  /** Gives the object of an allocated reference. */
  set(ref: PdfRef, value: PdfValue): void {
    this.objects[ref.number - 1] = value;
  }

  /** Adds an indirect object. */
  add(value: PdfValue): PdfRef {
    const ref = this.allocate();
    this.set(ref, value);
    return ref;
  }

  /** Adds a stream; compressed with FlateDecode unless `plain`. */
  addStream(dict: PdfDict, data: Uint8Array, options: { readonly plain?: boolean } = {}): PdfRef {
    if (options.plain) return this.add(new PdfStream(dict, data));
    return this.addPacked(dict, packData(data));
  }

  /** Adds a stream whose data was compressed before. */
  addPacked(dict: PdfDict, data: PackedData): PdfRef {
    const packed = new PdfDict(dict);
    packed.set('Filter', pdfName('FlateDecode'));
    return this.add(new PdfStream(packed, data.deflated));
  }

  /** The file. Its identifier (ISO 32000-2 clause 14.4) is made from everything in it. */
  finish(options: { readonly root: PdfRef; readonly info?: PdfRef }): Uint8Array {
    const parts: Uint8Array[] = [ascii('%PDF-1.7\n%'), Uint8Array.of(0xe2, 0xe3, 0xcf, 0xd3), ascii('\n')];
    let offset = parts.reduce((sum, part) => sum + part.length, 0);
    let table = `xref\n0 ${this.objects.length + 1}\n0000000000 65535 f \n`;
    const hash = createHash('sha256');
    for (const [index, value] of this.objects.entries()) {
      const bytes = serializeIndirect(new PdfRef(index + 1), value ?? null);
      hash.update(bytes);
      table += `${String(offset).padStart(10, '0')} 00000 n \n`;
      parts.push(bytes);
      offset += bytes.length;
    }
    const id = new PdfString(new Uint8Array(hash.digest().subarray(0, 16)), { hex: true });
    const trailer = new PdfDict([
      ['Size', this.objects.length + 1],
      ['Root', options.root],
    ]);
    if (options.info) trailer.set('Info', options.info);
    trailer.set('ID', [id, id]);
    parts.push(ascii(`${table}trailer\n${serializeValue(trailer)}\nstartxref\n${offset}\n%%EOF\n`));
    return concatBytes(...parts);
  }
}
