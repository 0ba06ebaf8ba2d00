import { concatBytes } from '@tra/kernel';
import { latin1 } from '../objects.ts';
import { ascii } from '../wire/serialize.ts';
import { appended, type PdfAttack } from './attack.ts';
import {
  at,
  changed,
  firstSignatureObject,
  overwritten,
  placeOf,
  type SignParts,
  sampleObjects,
  signedSample,
  streamText,
  updatePdf,
} from './sample-document.ts';

const forgery = (name: string, change: (pdf: Uint8Array) => Uint8Array): PdfAttack => ({
  name,
  class: 'universal signature forgery',
  clause: 'ISO 32000-2 12.8.1, table 255',
  build: async (sign) => change(await signedSample({ sign })),
});

/** Replaces the value of a key of the signature dictionary, the file's length kept. */
function rangeAs(pdf: Uint8Array, text: string): Uint8Array {
  const place = placeOf(pdf, '/ByteRange ') + '/ByteRange '.length;
  const copy = pdf.slice();
  copy.set(ascii(text.padEnd(60)), place);
  return copy;
}

function rangeOf(pdf: Uint8Array): number[] {
  const found = /\/ByteRange \[(\d+) (\d+) (\d+) (\d+)\]/.exec(latin1(pdf));
  return (found ?? []).slice(1).map(Number);
}

function withRange(pdf: Uint8Array, change: (range: number[]) => (number | string)[]): Uint8Array {
  return rangeAs(pdf, `[${change(rangeOf(pdf)).join(' ')}]`);
}

function withContents(pdf: Uint8Array, text: string): Uint8Array {
  const [, hole = 0, end = 0] = rangeOf(pdf);
  const copy = pdf.slice();
  copy.set(ascii(text.padEnd(end - hole)), hole);
  return copy;
}

const forged: PdfAttack[] = [
  forgery('ByteRange missing', (pdf) => overwritten(pdf, '/ByteRange', '/BiteRange')),
  forgery('ByteRange null', (pdf) => rangeAs(pdf, 'null')),
  forgery('ByteRange empty', (pdf) => rangeAs(pdf, '[]')),
  forgery('ByteRange of two numbers', (pdf) => withRange(pdf, ([a = 0, b = 0]) => [a, b])),
  forgery('ByteRange of six numbers', (pdf) => withRange(pdf, (range) => [...range, 0, 0])),
  forgery('ByteRange with a negative number', (pdf) => withRange(pdf, ([, b = 0, c = 0, d = 0]) => [0, b, c, -d])),
  forgery('ByteRange with a fraction', (pdf) => withRange(pdf, ([, b = 0, c = 0, d = 0]) => [0, `${b}.5`, c, d])),
  forgery('ByteRange of zeros', (pdf) => rangeAs(pdf, '[0 0 0 0]')),
  forgery('ByteRange that does not start at the first byte', (pdf) =>
    withRange(pdf, ([, b = 0, c = 0, d = 0]) => [9, b - 9, c, d]),
  ),
  forgery('ByteRange beyond the end', (pdf) => withRange(pdf, ([, b = 0, c = 0, d = 0]) => [0, b, c, d + 100])),
  forgery('ByteRange with parts that overlap', (pdf) =>
    withRange(pdf, ([, b = 0, c = 0, d = 0]) => [0, b, b - 20, d + c - b + 20]),
  ),
  forgery('ByteRange that covers the hole too', (pdf) =>
    withRange(pdf, ([, b = 0, c = 0, d = 0]) => [0, b, b, d + c - b]),
  ),
  forgery('Contents missing', (pdf) => overwritten(pdf, '/Contents <', '/Kontents <')),
  forgery('Contents null', (pdf) => withContents(pdf, 'null')),
  forgery('Contents empty', (pdf) => withContents(pdf, '<>')),
  forgery('Contents of zeros', (pdf) => withContents(pdf, `<${'0'.repeat(16_384)}>`)),
  forgery('signature dictionary of another type', (pdf) => overwritten(pdf, '/Type /Sig ', '/Type /Sug ')),
  forgery('the last signed byte cut off', (pdf) => pdf.subarray(0, pdf.length - 8)),
];

const saving: PdfAttack[] = [
  appended(
    { name: 'page content replaced by an update', class: 'incremental saving', clause: 'ISO 32000-2 7.5.6' },
    { [at.content]: streamText('BT /F1 12 Tf 50 750 Td (Pay 900 baht to Somchai) Tj ET') },
  ),
  appended(
    { name: 'an update without cross-references', class: 'incremental saving', clause: 'ISO 32000-2 7.5.4' },
    { [at.content]: streamText('BT (forged) Tj ET') },
    { write: { omit: 'xref' } },
  ),
  appended(
    { name: 'an update without trailer', class: 'incremental saving', clause: 'ISO 32000-2 7.5.5' },
    { [at.content]: streamText('BT (forged) Tj ET') },
    { write: { omit: 'trailer' } },
  ),
  appended(
    { name: 'an update without startxref', class: 'incremental saving', clause: 'ISO 32000-2 7.5.5' },
    { [at.content]: streamText('BT (forged) Tj ET') },
    { write: { omit: 'startxref' } },
  ),
  {
    name: 'an update with a copy of the signature',
    class: 'incremental saving',
    clause: 'ISO 32000-2 7.5.6',
    build: async (sign) => {
      const pdf = await signedSample({ sign });
      const text = latin1(pdf);
      const start = text.indexOf(`\n${firstSignatureObject} 0 obj\n`);
      const copy = text
        .slice(start + `\n${firstSignatureObject} 0 obj\n`.length, text.indexOf('endobj', start))
        .trimEnd();
      return updatePdf(pdf, { [at.content]: streamText('BT (forged) Tj ET'), [firstSignatureObject]: copy });
    },
  },
  {
    name: 'an update whose chain leaves out the signed revision',
    class: 'incremental saving',
    clause: 'ISO 32000-2 7.5.6',
    build: async (sign) => {
      const pdf = updatePdf(await signedSample({ sign }), { [at.content]: streamText('BT (forged) Tj ET') });
      const text = latin1(pdf);
      const first = /startxref\s+(\d+)/.exec(text)?.[1] ?? '0';
      const last = text.lastIndexOf('/Prev ');
      return ascii(
        `${text.slice(0, last)}/Prev ${first.padEnd(/\d+/.exec(text.slice(last + 6))?.[0].length ?? 0)}${text.slice(last + 6).replace(/^\d+/, '')}`,
      );
    },
  },
  {
    name: 'the content of an object replaced and listed nowhere',
    class: 'incremental saving',
    clause: 'ISO 32000-2 7.5.4',
    build: async (sign) =>
      updatePdf(
        await signedSample({ sign }),
        { 90: '<< >>' },
        { hidden: `7 0 obj\n${streamText('BT (forged) Tj ET')}\nendobj\n` },
      ),
  },
  {
    name: 'garbage with an object after the end',
    class: 'incremental saving',
    clause: 'ISO 32000-2 7.5.5',
    build: async (sign) =>
      concatBytes(await signedSample({ sign }), ascii(`7 0 obj\n${streamText('BT (forged) Tj ET')}\nendobj\n%%EOF\n`)),
  },
  {
    name: 'the free list used to take the content away',
    class: 'incremental saving',
    clause: 'ISO 32000-2 7.5.4',
    build: async (sign) => updatePdf(await signedSample({ sign }), {}, { entries: { [at.content]: 'f' } }),
  },
];

/** Moves the second signed part back and puts something between: the range is adapted, the signed bytes stay the same. */
async function wrapped(
  sign: SignParts | undefined,
  options: { filler: string; padRange?: boolean },
): Promise<Uint8Array> {
  const pdf = await signedSample({ sign });
  const [, hole = 0, end = 0, rest = 0] = rangeOf(pdf);
  const between = ascii(options.filler);
  const moved = concatBytes(pdf.subarray(0, end), between, pdf.subarray(end));
  const range = `[0 ${hole} ${end + between.length} ${rest}]`;
  return options.padRange === false ? moved : rangeAs(moved, range);
}

const forgedObject = `7 0 obj\n${streamText('BT /F1 12 Tf 50 750 Td (Pay 900 baht to me) Tj ET')}\nendobj\n`;

const wrapping: PdfAttack[] = [
  ['an object in the hole after Contents', { filler: `\n${forgedObject}` }],
  ['a second Contents in the hole', { filler: ` /Contents <${'00'.repeat(64)}>` }],
  ['a second ByteRange in the hole', { filler: ' /ByteRange [0 1 2 3]' }],
  ['a string opened in the hole', { filler: ' /Padding (' }],
  ['white space in the hole', { filler: '   ' }],
  ['the hole moved, the range not', { filler: forgedObject, padRange: false }],
].map(
  ([name, options]): PdfAttack => ({
    name: name as string,
    class: 'signature wrapping',
    clause: 'EN 319 142-1 5.3, ISO 32000-2 12.8.1',
    build: (sign) => wrapped(sign, options as { filler: string }),
  }),
);

const doubled: PdfAttack[] = [
  {
    name: 'the signature value replaced by a form that points elsewhere',
    class: 'signature wrapping',
    clause: 'ISO 32000-2 12.7.5.5',
    build: async (sign) => {
      const pdf = await signedSample({ sign });
      const text = latin1(pdf);
      const start = text.indexOf(`\n${firstSignatureObject} 0 obj\n`) + `\n${firstSignatureObject} 0 obj\n`.length;
      const dict = text
        .slice(start, text.indexOf('endobj', start))
        .trimEnd()
        .replace('/Filter', '/Reason (FORGED) /Filter');
      const field = (sampleObjects[at.firstSignature] ?? '').replace(/>>$/, '/V 95 0 R >>');
      return updatePdf(pdf, { [at.firstSignature]: field, 95: dict });
    },
  },
  appended(
    { name: 'a signature taken out of its field', class: 'signature wrapping', clause: 'ISO 32000-2 12.7.5.5' },
    { [at.firstSignature]: sampleObjects[at.firstSignature] ?? '' },
  ),
  appended(
    { name: 'a signature field taken out of the form', class: 'signature wrapping', clause: 'ISO 32000-2 12.7.3' },
    { [at.form]: changed(at.form, '14 0 R ', '') },
  ),
];

/** Attacks on the bytes and cross-references around a signature. */
export const byteAttacks: readonly PdfAttack[] = [...forged, ...saving, ...wrapping, ...doubled];
