import { concatBytes } from '@tra/kernel';
import { describe, expect, it } from 'vitest';
import { prepareSignature, readPdf } from '../src/index.ts';
import { blankPdf } from '../src/testing.ts';
import {
  bytesOf,
  classicPdf,
  installed,
  latin1,
  prepare,
  run,
  signedPdf,
  signingTime,
  streamPdf,
  token,
} from './support/samples.ts';

const pages = '<< /Type /Pages /Kids [3 0 R] /Count 1 >>';
const page = (extra = ''): string => `<< /Type /Page /Parent 2 0 R /MediaBox [0 0 100 100] ${extra} >>`;
const refusal = (code: string): unknown => expect.objectContaining({ code });

const foreign: readonly (readonly [string, Uint8Array])[] = [
  ['our own blank page', blankPdf()],
  ['a file already signed', signedPdf()],
  ['a cross-reference stream and the catalog in an object stream', streamPdf()],
  ['no form and no annotations', classicPdf(['<< /Type /Catalog /Pages 2 0 R >>', pages, page()])],
  [
    'a form inside the catalog with a text field',
    classicPdf([
      '<< /Type /Catalog /Pages 2 0 R /AcroForm << /Fields [4 0 R] /DA (/F 0 Tf) >> >>',
      pages,
      page('/Annots [4 0 R]'),
      '<< /Type /Annot /Subtype /Widget /FT /Tx /T (Signature1) /Rect [0 0 1 1] >>',
    ]),
  ],
  [
    'form, fields and annotations as objects of their own',
    classicPdf([
      '<< /Type /Catalog /Pages 2 0 R /AcroForm 5 0 R >>',
      pages,
      page('/Annots 7 0 R'),
      '<< /Type /Annot /Subtype /Widget /FT /Tx /T (Name) /Rect [0 0 1 1] >>',
      '<< /Fields 6 0 R /SigFlags 1 >>',
      '[4 0 R]',
      '[4 0 R]',
    ]),
  ],
  ['no line end after %%EOF', classicPdf(['<< /Type /Catalog /Pages 2 0 R >>', pages, page()]).slice(0, -1)],
];

describe('prepareSignature', () => {
  const hasQpdf = installed('qpdf');

  it.each(foreign)('makes room in a file with %s', (_, pdf) => {
    const before = readPdf(pdf);
    const prepared = prepare(pdf, { reason: 'อนุมัติ (1)', location: 'กรุงเทพฯ', name: 'A\\B' });
    const signed = prepared.insert(token);
    expect(signed.subarray(0, pdf.length)).toEqual(pdf);
    const report = readPdf(signed);
    expect(report.problems).toEqual([]);
    expect(report.revisions).toBe(before.revisions + 1);
    expect(report.signatures).toHaveLength(before.signatures.length + 1);
    const signature = report.signatures.at(-1);
    expect(signature).toMatchObject({
      subFilter: 'ETSI.CAdES.detached',
      byteRange: prepared.byteRange,
      coversWholeDocument: true,
      problems: [],
      signingTime,
      reason: 'อนุมัติ (1)',
      location: 'กรุงเทพฯ',
      name: 'A\\B',
    });
    expect(signature?.contents).toEqual(token);
    expect(concatBytes(...(signature?.signedParts ?? []))).toEqual(concatBytes(...prepared.signedParts));
    if (hasQpdf) expect(run(signed, 'qpdf', ['--check', '{in}'])).toMatchObject({ status: 0 });
  });

  it('writes cross-references in the style of the file', () => {
    expect(latin1(prepare(streamPdf()).bytes)).toMatch(/\/W \[1 4 2\]/);
    expect(latin1(prepare(streamPdf()).bytes)).not.toMatch(/\nxref\n/);
    expect(latin1(prepare(blankPdf()).bytes).match(/\nxref\n/g)).toHaveLength(2);
  });

  it('keeps the fields that are there and takes a name that is free', () => {
    const [, pdf] = foreign[4] ?? ['', blankPdf()];
    expect(readPdf(prepare(pdf).insert(token)).signatures[0]?.fieldName).toBe('Signature2');
    expect(latin1(prepare(pdf).bytes)).toMatch(/\/Fields \[4 0 R \d+ 0 R\]/);
    expect(latin1(prepare(pdf).bytes)).toMatch(/\/SigFlags 3/);
  });

  it('fills an empty signature field of the given name', () => {
    const pdf = classicPdf([
      '<< /Type /Catalog /Pages 2 0 R /AcroForm << /Fields [4 0 R] >> >>',
      pages,
      page('/Annots [4 0 R]'),
      '<< /Type /Annot /Subtype /Widget /FT /Sig /T (Here) /Rect [10 10 50 50] /F 4 >>',
    ]);
    const report = readPdf(prepare(pdf, { fieldName: 'Here' }).insert(token));
    expect(report.signatures).toHaveLength(1);
    expect(report.signatures[0]).toMatchObject({ fieldName: 'Here', coversWholeDocument: true, problems: [] });
  });

  it('is the same every time', () => {
    expect(prepare(blankPdf()).bytes).toEqual(prepare(blankPdf()).bytes);
  });

  it('leaves its input alone, also when that is a Buffer', () => {
    const pdf = Buffer.from(blankPdf());
    const copy = Uint8Array.from(pdf);
    prepare(pdf).insert(token);
    expect(Uint8Array.from(pdf)).toEqual(copy);
  });

  it('leaves the first signature intact when another follows', () => {
    const first = signedPdf();
    const both = prepare(first).insert(token);
    const [one, two] = readPdf(both).signatures;
    expect(concatBytes(...(one?.signedParts ?? []))).toEqual(
      concatBytes(...(readPdf(first).signatures[0]?.signedParts ?? [])),
    );
    expect(one).toMatchObject({ coversWholeDocument: false, problems: [] });
    expect(two).toMatchObject({ coversWholeDocument: true, problems: [] });
  });

  it('refuses a CMS that does not fit', () => {
    const prepared = prepare(blankPdf(), { contentsBytes: 4 });
    expect(() => prepared.insert(token)).toThrow(refusal('pdf.contents_too_large'));
    expect(prepare(blankPdf(), { contentsBytes: 5 }).insert(token)).toBeInstanceOf(Uint8Array);
  });

  it.each<[string, string, Uint8Array]>([
    ['pdf.not_pdf', 'text', bytesOf('hello')],
    ['pdf.not_pdf', 'nothing', new Uint8Array()],
    ['pdf.not_pdf', 'bytes before the header', concatBytes(bytesOf('x\n'), blankPdf())],
    ['pdf.damaged', 'a broken cross-reference', bytesOf(latin1(blankPdf()).replace('startxref', 'startxxxx'))],
    ['pdf.damaged', 'a file cut in half', blankPdf().slice(0, 200)],
    ['pdf.encrypted', 'encryption', classicPdf(['<< /Type /Catalog /Pages 2 0 R >>', pages, page()], '/Encrypt << >>')],
    [
      'pdf.no_page',
      'no page',
      classicPdf(['<< /Type /Catalog /Pages 2 0 R >>', '<< /Type /Pages /Kids [] /Count 0 >>']),
    ],
    [
      'pdf.no_page',
      'a loop of pages',
      classicPdf(['<< /Type /Catalog /Pages 2 0 R >>', '<< /Type /Pages /Kids [2 0 R] /Count 1 >>']),
    ],
    [
      'pdf.changes_not_permitted',
      'a certification that forbids changes',
      classicPdf([
        '<< /Type /Catalog /Pages 2 0 R /Perms << /DocMDP 4 0 R >> >>',
        pages,
        page(),
        '<< /Type /Sig /Reference [<< /TransformMethod /DocMDP /TransformParams << /P 1 >> >>] >>',
      ]),
    ],
  ])('refuses with %s: %s', (code, _, pdf) => {
    expect(() => prepare(pdf)).toThrow(refusal(code));
  });

  it.each([0, -1, 1.5, Number.NaN, 1e9])('refuses %d bytes for the signature', (contentsBytes) => {
    expect(() => prepare(blankPdf(), { contentsBytes })).toThrow(refusal('pdf.value_invalid'));
  });

  it('refuses a name in use, a name with a full stop and a time that is none', () => {
    expect(() => prepare(signedPdf(), { fieldName: 'Signature1' })).toThrow(refusal('pdf.field_exists'));
    expect(() => prepare(blankPdf(), { fieldName: 'a.b' })).toThrow(refusal('pdf.value_invalid'));
    expect(() => prepareSignature(blankPdf(), { signingTime: new Date(Number.NaN), contentsBytes: 9 })).toThrow(
      refusal('pdf.value_invalid'),
    );
  });

  it.skipIf(!hasQpdf)('signs what qpdf made of the page: object streams, linearized, and both', () => {
    for (const style of [
      ['--object-streams=generate'],
      ['--linearize'],
      ['--linearize', '--object-streams=generate'],
    ]) {
      const pdf = run(signedPdf(), 'qpdf', [...style, '{in}', '{out}']).out();
      const signed = prepare(pdf, { fieldName: 'Another' }).insert(token);
      const report = readPdf(signed);
      expect(report.problems).toEqual([]);
      expect(report.revisions).toBe(2);
      expect(report.signatures.at(-1)).toMatchObject({ fieldName: 'Another', coversWholeDocument: true, problems: [] });
      expect(run(signed, 'qpdf', ['--check', '{in}']).status).toBe(0);
    }
  });
});
