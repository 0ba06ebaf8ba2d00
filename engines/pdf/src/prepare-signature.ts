import { concatBytes } from '@tra/kernel';
import { PdfError } from './errors.ts';
import { PdfFile } from './file.ts';
import { type FormField, firstPage, readFields } from './form.ts';
import { defaultLimits } from './limits.ts';
import { PdfDict, PdfRef, type PdfValue, pdfDate, pdfDict, pdfName, pdfText } from './objects.ts';
import { IncrementalUpdate } from './update.ts';
import { ascii, serializeValue } from './wire/serialize.ts';

/** What goes into the signature dictionary (ISO 32000-2 table 255). */
export interface SignatureOptions {
  /** Name of the field; a free `Signature<n>` when left out. An empty signature field of that name is filled. */
  readonly fieldName?: string;
  readonly reason?: string;
  readonly location?: string;
  /** Name of the signer as claimed. */
  readonly name?: string;
  /** Claimed time of signing, UTC. */
  readonly signingTime: Date;
  /** Room for the CMS in bytes; twice as many hexadecimal digits are reserved. */
  readonly contentsBytes: number;
}

/** A PDF that waits for its signature. */
export interface PreparedSignature {
  /** The file with zeros in the hole. */
  readonly bytes: Uint8Array;
  readonly byteRange: readonly [number, number, number, number];
  /** The two parts that the signature covers: all but the hole with its angle brackets. */
  readonly signedParts: readonly [Uint8Array, Uint8Array];
  /** The finished file. Throws {@link PdfError} `pdf.contents_too_large` when the CMS does not fit. */
  insert(cmsDer: Uint8Array): Uint8Array;
}

const rangeWidth = 48;

function checkOptions(options: SignatureOptions): void {
  if (!Number.isInteger(options.contentsBytes) || options.contentsBytes < 1 || options.contentsBytes > 4_000_000) {
    throw new PdfError('pdf.value_invalid', { params: { value: 'contentsBytes' } });
  }
  if (Number.isNaN(options.signingTime.getTime())) {
    throw new PdfError('pdf.value_invalid', { params: { value: 'signingTime' } });
  }
  if (options.fieldName !== undefined && (options.fieldName === '' || options.fieldName.includes('.'))) {
    throw new PdfError('pdf.value_invalid', { params: { value: 'fieldName' } });
  }
}

/** Refuses files whose certification signature permits no change at all (DocMDP P 1, clause 12.8.2.2). */
function checkPermissions(file: PdfFile): void {
  const certification = file.dict(file.dict(file.catalog?.get('Perms'))?.get('DocMDP'));
  for (const reference of file.array(certification?.get('Reference'))) {
    const dict = file.dict(reference);
    const level = file.get(file.dict(dict?.get('TransformParams'))?.get('P'));
    if (file.name(dict?.get('TransformMethod')) === 'DocMDP' && level === 1) {
      throw new PdfError('pdf.changes_not_permitted');
    }
  }
}

function chooseField(fields: readonly FormField[], wanted: string | undefined): { name: string; empty?: FormField } {
  const taken = new Map(fields.map((field) => [field.name, field]));
  if (wanted !== undefined) {
    const field = taken.get(wanted);
    if (!field) return { name: wanted };
    if (field.type !== 'Sig' || field.dict.has('V') || !field.ref) {
      throw new PdfError('pdf.field_exists', { params: { name: wanted } });
    }
    return { name: wanted, empty: field };
  }
  let number = 1;
  while (taken.has(`Signature${number}`)) number += 1;
  return { name: `Signature${number}` };
}

/** The signature dictionary as bytes, with the places of ByteRange and of the hole inside them. */
function signatureObject(ref: PdfRef, options: SignatureOptions): { bytes: Uint8Array; range: number; hole: number } {
  const head = `${ref.number} 0 obj\n<< /Type /Sig /Filter /Adobe.PPKLite /SubFilter /ETSI.CAdES.detached /ByteRange `;
  const words = pdfDict({
    M: pdfDate(options.signingTime),
    Name: options.name === undefined ? undefined : pdfText(options.name),
    Reason: options.reason === undefined ? undefined : pdfText(options.reason),
    Location: options.location === undefined ? undefined : pdfText(options.location),
  });
  const middle = ' /Contents ';
  const tail = ` ${serializeValue(words).slice(3)}\nendobj\n`;
  const text = `${head}${' '.repeat(rangeWidth)}${middle}<${'0'.repeat(options.contentsBytes * 2)}>${tail}`;
  return { bytes: ascii(text), range: head.length, hole: head.length + rangeWidth + middle.length };
}

function addToArray(update: IncrementalUpdate, file: PdfFile, holder: PdfDict, key: string, ref: PdfRef): boolean {
  const current = holder.get(key);
  const items: PdfValue[] = [...file.array(current), ref];
  if (current instanceof PdfRef && Array.isArray(file.get(current))) {
    update.put(current, items);
    return false;
  }
  holder.set(key, items);
  return true;
}

/** Registers the new field in the form (clause 12.7.3), making the form when there is none. */
function addToForm(update: IncrementalUpdate, file: PdfFile, field: PdfRef | undefined): void {
  const rootRef = file.trailer.get('Root');
  if (!(rootRef instanceof PdfRef) || !file.catalog) throw new PdfError('pdf.damaged');
  const held = file.catalog.get('AcroForm');
  const form = new PdfDict(file.dict(held) ?? []);
  if (field) addToArray(update, file, form, 'Fields', field);
  const flags = file.get(form.get('SigFlags'));
  form.set('SigFlags', (typeof flags === 'number' ? flags : 0) | 3);
  if (held instanceof PdfRef && file.dict(held)) {
    update.put(held, form);
    return;
  }
  const catalog = new PdfDict(file.catalog);
  catalog.set('AcroForm', form);
  update.put(rootRef, catalog);
}

function addField(update: IncrementalUpdate, file: PdfFile, name: string, signature: PdfRef): void {
  const page = firstPage(file);
  if (!page) throw new PdfError('pdf.no_page');
  const field = update.allocate();
  update.put(
    field,
    pdfDict({
      Type: pdfName('Annot'),
      Subtype: pdfName('Widget'),
      FT: pdfName('Sig'),
      T: pdfText(name),
      Rect: [0, 0, 0, 0],
      F: 132,
      P: page.ref,
      V: signature,
    }),
  );
  const pageDict = new PdfDict(page.dict);
  if (addToArray(update, file, pageDict, 'Annots', field)) update.put(page.ref, pageDict);
  addToForm(update, file, field);
}

function fillField(update: IncrementalUpdate, file: PdfFile, field: FormField, signature: PdfRef): void {
  const dict = new PdfDict(field.dict);
  dict.set('V', signature);
  if (field.ref) update.put(field.ref, dict);
  addToForm(update, file, undefined);
}

/**
 * Makes room for a PAdES signature (ETSI EN 319 142-1, ISO 32000-2 clause 12.8) in an incremental update: an invisible
 * signature field on the first page, `ETSI.CAdES.detached`, cross-references in the file's own style. The caller signs
 * `signedParts` and hands the CMS to `insert`.
 *
 * Throws {@link PdfError}: `pdf.not_pdf`, `pdf.damaged`, `pdf.encrypted`, `pdf.too_large`, `pdf.no_page`, `pdf.field_exists`,
 * `pdf.changes_not_permitted`, `pdf.value_invalid`.
 *
 * @example
 * const prepared = prepareSignature(pdf, { signingTime: clock.now(), contentsBytes: 16384 });
 * const signed = prepared.insert(await signCms(prepared.signedParts));
 */
export function prepareSignature(input: Uint8Array, options: SignatureOptions): PreparedSignature {
  checkOptions(options);
  const pdf = new Uint8Array(input.buffer, input.byteOffset, input.byteLength);
  if (!startsAsPdf(pdf)) throw new PdfError('pdf.not_pdf');
  const limit = defaultLimits.fileBytes;
  if (pdf.length > limit) throw new PdfError('pdf.too_large', { params: { size: pdf.length, limit } });
  const file = new PdfFile(pdf);
  const update = new IncrementalUpdate(file);
  checkPermissions(file);
  const { name, empty } = chooseField(readFields(file), options.fieldName);
  const ref = update.allocate();
  const object = signatureObject(ref, options);
  update.putBytes(ref, object.bytes);
  if (empty) fillField(update, file, empty, ref);
  else addField(update, file, name, ref);
  const { bytes, offsets } = update.finish();
  return withRange(bytes, (offsets.get(ref.number) ?? 0) + object.range, {
    start: (offsets.get(ref.number) ?? 0) + object.hole,
    digits: options.contentsBytes * 2,
  });
}

function startsAsPdf(pdf: Uint8Array): boolean {
  return '%PDF-'.split('').every((character, index) => pdf[index] === character.charCodeAt(0));
}

function withRange(bytes: Uint8Array, rangeAt: number, hole: { start: number; digits: number }): PreparedSignature {
  const end = hole.start + hole.digits + 2;
  const byteRange = [0, hole.start, end, bytes.length - end] as const;
  bytes.set(ascii(`[${byteRange.join(' ')}]`.padEnd(rangeWidth, ' ')), rangeAt);
  return {
    bytes,
    byteRange,
    signedParts: [bytes.subarray(0, hole.start), bytes.subarray(end)],
    insert(cmsDer: Uint8Array): Uint8Array {
      if (cmsDer.length * 2 > hole.digits) {
        throw new PdfError('pdf.contents_too_large', { params: { size: cmsDer.length, limit: hole.digits / 2 } });
      }
      const signed = concatBytes(bytes);
      let digits = '';
      for (const byte of cmsDer) digits += byte.toString(16).padStart(2, '0');
      signed.set(ascii(digits), hole.start + 1);
      return signed;
    },
  };
}
