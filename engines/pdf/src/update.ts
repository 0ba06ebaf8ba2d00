import { createHash } from 'node:crypto';
import { concatBytes } from '@tra/kernel';
import { PdfError } from './errors.ts';
import type { PdfFile } from './file.ts';
import { PdfDict, PdfRef, PdfStream, PdfString, type PdfValue, pdfName } from './objects.ts';
import { ascii, serializeIndirect, serializeValue } from './wire/serialize.ts';
import { findStartXref } from './wire/xref.ts';

interface Placed {
  readonly ref: PdfRef;
  readonly bytes: Uint8Array;
}

/**
 * One incremental update (ISO 32000-2 clause 7.5.6): new and changed objects are appended, nothing before them is touched,
 * and the cross-references are written in the file's own style.
 */
export class IncrementalUpdate {
  private readonly file: PdfFile;
  private readonly placed: Placed[] = [];
  private next: number;

  /** Throws {@link PdfError} when the file is encrypted or its cross-references had to be rebuilt. */
  constructor(file: PdfFile) {
    if (file.trailer.has('Encrypt')) throw new PdfError('pdf.encrypted');
    if (file.rebuilt || !file.catalog) throw new PdfError('pdf.damaged');
    this.file = file;
    let next = 0;
    for (const section of file.sections) {
      const size = section.trailer.get('Size');
      if (typeof size === 'number') next = Math.max(next, size);
    }
    for (const number of file.numbers()) next = Math.max(next, number + 1);
    this.next = next;
  }

  /** A reference for a new object. */
  allocate(): PdfRef {
    this.next += 1;
    return new PdfRef(this.next - 1);
  }

  /** Writes `value` as the object `ref`, new or replacing the one of an earlier revision. */
  put(ref: PdfRef, value: PdfValue): void {
    this.putBytes(ref, serializeIndirect(ref, value));
  }

  /** Writes an object whose bytes, from number to `endobj`, are already made. */
  putBytes(ref: PdfRef, bytes: Uint8Array): void {
    this.placed.push({ ref, bytes });
  }

  /** The whole file with the update, and the offset of each object in it. */
  finish(): { readonly bytes: Uint8Array; readonly offsets: ReadonlyMap<number, number> } {
    const before = this.file.bytes;
    const last = before[before.length - 1];
    const parts: Uint8Array[] = [before];
    if (last !== 0x0a && last !== 0x0d) parts.push(ascii('\n'));
    let offset = parts.reduce((sum, part) => sum + part.length, 0);
    const offsets = new Map<number, number>();
    for (const { ref, bytes } of this.placed) {
      offsets.set(ref.number, offset);
      parts.push(bytes);
      offset += bytes.length;
    }
    const generations = new Map(this.placed.map(({ ref }) => [ref.number, ref.generation]));
    const style = this.file.sections[0]?.style ?? 'table';
    const xref = style === 'table' ? this.table(offsets, generations) : this.stream(offset, offsets, generations);
    parts.push(xref, ascii(`startxref\n${offset}\n%%EOF\n`));
    return { bytes: concatBytes(...parts), offsets };
  }

  private trailer(): PdfDict {
    const trailer = new PdfDict();
    const old = this.file.trailer;
    trailer.set('Size', this.next);
    trailer.set('Prev', findStartXref(this.file.bytes).offset);
    for (const key of ['Root', 'Info']) {
      const value = old.get(key);
      if (value !== undefined) trailer.set(key, value);
    }
    const ids = this.file.array(old.get('ID'));
    const hash = createHash('sha256').update(this.file.bytes);
    for (const { bytes } of this.placed) hash.update(bytes);
    const fresh = new PdfString(new Uint8Array(hash.digest().subarray(0, 16)), { hex: true });
    const first = ids[0] instanceof PdfString ? new PdfString(ids[0].bytes, { hex: true }) : fresh;
    trailer.set('ID', [first, fresh]);
    return trailer;
  }

  private table(offsets: ReadonlyMap<number, number>, generations: ReadonlyMap<number, number>): Uint8Array {
    let text = 'xref\n';
    for (const run of runs([...offsets.keys()])) {
      text += `${run[0]} ${run.length}\n`;
      for (const number of run) {
        const offset = String(offsets.get(number) ?? 0).padStart(10, '0');
        text += `${offset} ${String(generations.get(number) ?? 0).padStart(5, '0')} n \n`;
      }
    }
    return ascii(`${text}trailer\n${serializeValue(this.trailer())}\n`);
  }

  private stream(
    at: number,
    objects: ReadonlyMap<number, number>,
    generations: ReadonlyMap<number, number>,
  ): Uint8Array {
    const own = this.allocate();
    const offsets = new Map(objects).set(own.number, at);
    const ordered = runs([...offsets.keys()]);
    const data: number[] = [];
    for (const number of ordered.flat()) {
      const offset = offsets.get(number) ?? 0;
      const generation = generations.get(number) ?? 0;
      data.push(1, (offset >>> 24) & 0xff, (offset >>> 16) & 0xff, (offset >>> 8) & 0xff, offset & 0xff);
      data.push(generation >> 8, generation & 0xff);
    }
    const dict = this.trailer();
    dict.set('Type', pdfName('XRef'));
    dict.set('W', [1, 4, 2]);
    dict.set(
      'Index',
      ordered.flatMap((run) => [run[0] ?? 0, run.length]),
    );
    return serializeIndirect(own, new PdfStream(dict, Uint8Array.from(data)));
  }
}

/** Runs of consecutive numbers, ascending. */
function runs(numbers: readonly number[]): number[][] {
  const found: number[][] = [];
  for (const number of [...numbers].sort((left, right) => left - right)) {
    const run = found.at(-1);
    if (run && run.at(-1) === number - 1) run.push(number);
    else found.push([number]);
  }
  return found;
}
