import { concatBytes } from '@tra/kernel';
import { latin1 } from '../objects.ts';
import { ascii } from '../wire/serialize.ts';

/** Body of an object as text in Latin-1: what stands between `obj` and `endobj`, stream included. */
export type ObjectTexts = Readonly<Record<number, string>>;

/** Makes the CMS for the signed parts of a document, or the time-stamp token where the SubFilter asks for one. */
export type SignParts = (parts: readonly Uint8Array[], subFilter: string) => Uint8Array | Promise<Uint8Array>;

/** Stands for a CMS where nothing verifies it: a SEQUENCE of one INTEGER. */
export const placeholderCms: SignParts = () => Uint8Array.of(0x30, 0x03, 0x02, 0x01, 0x05);

/** A stream object with its length. */
export function streamText(data: string, dict = ''): string {
  return `<< ${dict} /Length ${data.length} >>\nstream\n${data}\nendstream`;
}

/** A form XObject that fills its box with a look. */
export function formText(data: string, width = 100, height = 20): string {
  return streamText(
    data,
    `/Type /XObject /Subtype /Form /BBox [0 0 ${width} ${height}] /Resources << /Font << /Helv 8 0 R >> >>`,
  );
}

/** Objects of the sample document by number. */
export const at = {
  catalog: 1,
  pages: 2,
  form: 3,
  firstPage: 4,
  secondPage: 5,
  content: 7,
  font: 8,
  image: 9,
  amount: 10,
  amountLook: 17,
  agree: 12,
  secondSignature: 13,
  firstSignature: 14,
  link: 15,
  address: 18,
  street: 19,
  names: 20,
  layers: 21,
  metadata: 22,
  layer: 23,
  attachment: 25,
  attachedFile: 26,
  outlines: 27,
  outline: 28,
  information: 29,
  tenth: 30,
  overlay: 31,
  structure: 32,
  paragraph: 33,
  checked: 34,
  unchecked: 35,
  visibleLayer: 36,
} as const;

const widget = (rect: string, rest: string): string =>
  `<< /Type /Annot /Subtype /Widget /Rect [${rect}] /P 4 0 R /F 4 ${rest} >>`;

/** The unsigned sample: two pages, a form, a layer, a link, an attachment, an outline, a structure tree and metadata. */
export const sampleObjects: ObjectTexts = {
  1: '<< /Type /Catalog /Pages 2 0 R /AcroForm 3 0 R /Names 20 0 R /OCProperties 21 0 R /Metadata 22 0 R /Outlines 27 0 R /StructTreeRoot 32 0 R /MarkInfo << /Marked true >> /PageMode /UseNone /Lang (th) >>',
  2: '<< /Type /Pages /Kids [4 0 R 5 0 R] /Count 2 /MediaBox [0 0 595 842] >>',
  3: '<< /Fields [10 0 R 12 0 R 13 0 R 14 0 R 18 0 R 30 0 R] /SigFlags 3 /DA (/Helv 0 Tf 0 g) /DR << /Font << /Helv 8 0 R >> >> >>',
  4: '<< /Type /Page /Parent 2 0 R /Contents 7 0 R /Resources << /Font << /F1 8 0 R >> /XObject << /Im1 9 0 R /Ov 31 0 R >> /Properties << /Draft 23 0 R /Final 36 0 R >> >> /Annots [10 0 R 12 0 R 13 0 R 14 0 R 15 0 R 19 0 R 30 0 R] /StructParents 0 >>',
  5: '<< /Type /Page /Parent 2 0 R /Contents 16 0 R /Resources << /Font << /F1 8 0 R >> >> >>',
  7: streamText(
    'BT /F1 12 Tf 50 750 Td (Pay 100 baht to Somchai) Tj ET\nq 100 0 0 50 50 600 cm /Im1 Do Q\n/OC /Draft BDC BT /F1 12 Tf 50 500 Td (draft) Tj ET EMC\n/OC /Final BDC BT /F1 12 Tf 50 480 Td (final) Tj ET EMC\nq 1 0 0 1 50 540 cm /Ov Do Q',
  ),
  8: '<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>',
  9: streamText(
    '\x00\xff\xff\x00',
    '/Type /XObject /Subtype /Image /Width 2 /Height 2 /BitsPerComponent 8 /ColorSpace /DeviceGray',
  ),
  10: widget('50 400 150 420', '/FT /Tx /T (amount) /V (100) /DA (/Helv 10 Tf 0 g) /AP << /N 17 0 R >>'),
  12: widget('50 360 70 380', '/FT /Btn /T (agree) /V /Off /AS /Off /AP << /N << /Yes 34 0 R /Off 35 0 R >> >>'),
  13: widget('350 100 500 150', '/FT /Sig /T (Signature 2)'),
  14: widget('50 100 200 150', '/FT /Sig /T (Signature 1)'),
  15: '<< /Type /Annot /Subtype /Link /Rect [50 300 150 320] /Dest [5 0 R /Fit] >>',
  16: streamText('BT /F1 12 Tf 50 750 Td (Second page) Tj ET'),
  17: formText('/Tx BMC q BT /Helv 10 Tf 0 g 2 5 Td (100) Tj ET Q EMC'),
  18: '<< /T (address) /Kids [19 0 R] >>',
  19: widget('50 330 150 350', '/FT /Tx /T (street) /Parent 18 0 R /DA (/Helv 10 Tf 0 g)'),
  20: '<< /EmbeddedFiles << /Names [(data.xml) 25 0 R] >> >>',
  21: '<< /OCGs [23 0 R 36 0 R] /D << /ON [36 0 R] /OFF [23 0 R] >> >>',
  22: streamText('<x:xmpmeta xmlns:x="adobe:ns:meta/"></x:xmpmeta>', '/Type /Metadata /Subtype /XML'),
  23: '<< /Type /OCG /Name (Draft) >>',
  25: '<< /Type /Filespec /F (data.xml) /UF (data.xml) /EF << /F 26 0 R >> >>',
  26: streamText('<amount>100</amount>', '/Type /EmbeddedFile'),
  27: '<< /Type /Outlines /First 28 0 R /Last 28 0 R /Count 1 >>',
  28: '<< /Title (Start) /Parent 27 0 R /Dest [4 0 R /Fit] >>',
  29: '<< /Title (Sample) /ModDate (D:20260101000000Z) >>',
  30: widget('50 260 150 280', '/FT /Tx /T (Signature 10) /DA (/Helv 10 Tf 0 g)'),
  31: formText('1 g 0 0 100 20 re f'),
  32: '<< /Type /StructTreeRoot /K [33 0 R] /ParentTree << /Nums [0 [33 0 R]] >> /ParentTreeNextKey 1 >>',
  33: '<< /Type /StructElem /S /P /P 32 0 R /Pg 4 0 R /K [0] /ActualText (Pay 100 baht) >>',
  34: formText('0 0 m 20 20 l S', 20, 20),
  35: formText('', 20, 20),
  36: '<< /Type /OCG /Name (Final) >>',
};

/** How the parts of a file are written. */
export interface WriteOptions {
  readonly trailer?: string;
  /** Bytes that no cross-reference names, put before the table. */
  readonly hidden?: string;
  /** Cross-reference entries beside those of the objects: number to offset, or `f` for a free one. */
  readonly entries?: Readonly<Record<number, number | 'f'>>;
  readonly omit?: 'xref' | 'trailer' | 'startxref' | 'eof';
}

/** A file of `objects` with a classic cross-reference table. */
export function writePdf(objects: ObjectTexts, options: WriteOptions = {}): Uint8Array {
  return append(ascii('%PDF-1.7\n%\xe2\xe3\xcf\xd3\n'), objects, { first: true, ...options });
}

/** `pdf` with an incremental update. */
export function updatePdf(pdf: Uint8Array, objects: ObjectTexts, options: WriteOptions = {}): Uint8Array {
  return append(pdf, objects, options);
}

function append(pdf: Uint8Array, objects: ObjectTexts, options: WriteOptions & { first?: boolean }): Uint8Array {
  const before = latin1(pdf);
  let text = before;
  const places = new Map<number, number | 'f'>(
    Object.entries(options.entries ?? {}).map(([key, value]) => [Number(key), value]),
  );
  for (const [key, body] of Object.entries(objects)) {
    places.set(Number(key), text.length);
    text += `${key} 0 obj\n${body}\nendobj\n`;
  }
  text += options.hidden ?? '';
  const xref = text.length;
  const previous = /startxref\s+(\d+)\s+%%EOF\s*$/.exec(before)?.[1];
  const largest = Math.max(...[...before.matchAll(/\/Size (\d+)/g)].map(([, size]) => Number(size)), 1);
  const size = Math.max(largest, ...[...places.keys()].map((number) => number + 1));
  if (options.omit !== 'xref') text += table(places, options.first === true);
  const chain = previous === undefined ? '' : `/Prev ${previous}`;
  const trailer = options.trailer ?? '/Root 1 0 R /Info 29 0 R';
  if (options.omit !== 'trailer' && options.omit !== 'xref')
    text += `trailer\n<< /Size ${size} ${trailer} ${chain} >>\n`;
  if (options.omit !== 'startxref' && options.omit !== 'xref') text += `startxref\n${xref}\n`;
  return ascii(options.omit === 'eof' ? text : `${text}%%EOF\n`);
}

function table(places: ReadonlyMap<number, number | 'f'>, first: boolean): string {
  let text = first ? 'xref\n0 1\n0000000000 65535 f \n' : 'xref\n';
  for (const [number, place] of [...places].sort(([left], [right]) => left - right)) {
    const entry = place === 'f' ? '0000000000 00001 f ' : `${String(place).padStart(10, '0')} 00000 n `;
    text += `${number} 1\n${entry}\n`;
  }
  return text;
}

/** How {@link signPdf} signs. */
export interface SampleSignature {
  /** Number of the field's object and its text with `%V` for the reference of the signature. */
  readonly field: number;
  readonly fieldText: string;
  /** Number of the signature dictionary's object. */
  readonly object: number;
  readonly entries?: string;
  readonly subFilter?: string;
  /** Other objects of the same update. */
  readonly objects?: ObjectTexts;
  /** Entries of its trailer, `/Root` among them. */
  readonly trailer?: string;
  readonly sign?: SignParts;
}

const rangeRoom = 60;
const contentsBytes = 8192;

/** `pdf` with an update that signs it: everything but the hole. */
export async function signPdf(pdf: Uint8Array, signature: SampleSignature): Promise<Uint8Array> {
  const { object, subFilter = 'ETSI.CAdES.detached', entries = '', sign = placeholderCms } = signature;
  const type = subFilter === 'ETSI.RFC3161' ? 'DocTimeStamp' : 'Sig';
  const dict = `<< /Type /${type} /Filter /Adobe.PPKLite /SubFilter /${subFilter} /ByteRange ${' '.repeat(rangeRoom)} /Contents <${'0'.repeat(contentsBytes * 2)}> ${entries} >>`;
  const { trailer } = signature;
  const objects = {
    ...signature.objects,
    [signature.field]: signature.fieldText.replace('%V', `${object} 0 R`),
    [object]: dict,
  };
  const updated = updatePdf(pdf, objects, trailer === undefined ? {} : { trailer });
  const text = latin1(updated);
  const hole = text.indexOf('/Contents <', text.lastIndexOf(`\n${object} 0 obj\n`)) + '/Contents '.length;
  const end = hole + contentsBytes * 2 + 2;
  const range = `[0 ${hole} ${end} ${text.length - end}]`;
  updated.set(
    ascii(range.padEnd(rangeRoom)),
    text.indexOf('/ByteRange ', hole - rangeRoom - 40) + '/ByteRange '.length,
  );
  const cms = await sign([updated.subarray(0, hole), updated.subarray(end)], subFilter);
  const digits = [...cms].map((byte) => byte.toString(16).padStart(2, '0')).join('');
  if (digits.length > contentsBytes * 2) throw new Error('contents too large');
  updated.set(ascii(digits), hole + 1);
  return concatBytes(updated);
}

/** What the first signer of the sample permits. */
export interface SignedSampleOptions {
  /** DocMDP level of a certification; none for an approval signature. */
  readonly level?: 1 | 2 | 3;
  /** FieldMDP parameters, such as `/Action /Include /Fields [(amount)]`. */
  readonly lock?: string;
  readonly objects?: ObjectTexts;
  readonly hidden?: string;
  readonly sign?: SignParts | undefined;
}

/** Number of the first signer's signature dictionary. */
export const firstSignatureObject = 40;

/** The sample signed in its field `Signature 1`, as certification or with a lock where `options` say so. */
export function signedSample(options: SignedSampleOptions = {}): Promise<Uint8Array> {
  const { level, lock, sign } = options;
  const original = writePdf(
    { ...sampleObjects, ...options.objects },
    options.hidden === undefined ? {} : { hidden: options.hidden },
  );
  const references = [
    level === undefined
      ? ''
      : `<< /Type /SigRef /TransformMethod /DocMDP /TransformParams << /Type /TransformParams /P ${level} /V /1.2 >> >>`,
    lock === undefined
      ? ''
      : `<< /Type /SigRef /TransformMethod /FieldMDP /TransformParams << /Type /TransformParams ${lock} /V /1.2 >> /Data 1 0 R >>`,
  ].join(' ');
  const objects = { ...sampleObjects, ...options.objects };
  const catalog = (objects[1] ?? '').replace(/>>$/, `/Perms << /DocMDP ${firstSignatureObject} 0 R >> >>`);
  return signPdf(original, {
    field: at.firstSignature,
    fieldText: (objects[at.firstSignature] ?? '').replace(/>>$/, '/V %V >>'),
    object: firstSignatureObject,
    ...(references.trim() === '' ? {} : { entries: `/Reference [${references}]` }),
    ...(level === undefined ? {} : { objects: { 1: catalog } }),
    ...(sign === undefined ? {} : { sign }),
  });
}

/** The text of an object of the sample with one part replaced. Throws when the part is not there. */
export function changed(number: number, part: string, by: string, objects: ObjectTexts = sampleObjects): string {
  const text = objects[number] ?? '';
  if (!text.includes(part)) throw new Error(`object ${number} has no ${part}`);
  return text.replace(part, by);
}

/** Offset of the first occurrence of `text` at or after `from`. Throws when it is not there. */
export function placeOf(pdf: Uint8Array, text: string, from = 0): number {
  const place = latin1(pdf).indexOf(text, from);
  if (place < 0) throw new Error(`no ${text}`);
  return place;
}

/** `pdf` with one text in the place of another of the same length. */
export function overwritten(pdf: Uint8Array, text: string, by: string): Uint8Array {
  const copy = pdf.slice();
  copy.set(ascii(by.padEnd(text.length)), placeOf(pdf, text));
  return copy;
}
