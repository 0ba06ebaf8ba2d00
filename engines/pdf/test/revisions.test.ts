import { equalBytes } from '@tra/kernel';
import { describe, expect, it } from 'vitest';
import { readPdf, readRevisions, revisionBytes } from '../src/index.ts';
import { blankPdf, legitimateUpdates, sampleObjects, signedSample, updatePdf } from '../src/testing.ts';
import { bytesOf, latin1, prepare, streamPdf, token } from './support/samples.ts';

describe('the revisions of a file', () => {
  it('are one at first, which ends with the file', () => {
    const pdf = blankPdf();
    expect(readRevisions(pdf)).toMatchObject([{ number: 1, end: pdf.length, style: 'table' }]);
  });

  it.each([
    ['table', blankPdf()],
    ['stream', streamPdf()],
  ])('grow by one with each update of a file with a cross-reference %s', (style, pdf) => {
    const signed = prepare(pdf).insert(token);
    const twice = prepare(signed).insert(token);
    const revisions = readRevisions(twice);
    expect(revisions.map(({ end }) => end)).toEqual([pdf.length, signed.length, twice.length]);
    expect(revisions.map((revision) => revision.style)).toEqual([style, style, style]);
    const [, second] = revisions;
    expect(equalBytes(revisionBytes(twice, second?.end ?? 0), signed)).toBe(true);
    expect(readPdf(revisionBytes(twice, second?.end ?? 0)).signatures).toHaveLength(1);
  });

  it('end after one line end of any kind', () => {
    for (const end of ['', '\n', '\r', '\r\n']) {
      const pdf = bytesOf(latin1(blankPdf()).replace(/\n$/, end));
      expect(readRevisions(pdf)).toMatchObject([{ end: pdf.length }]);
    }
  });

  it('count the two sections of a hybrid file as one', () => {
    const update = updatePdf(blankPdf(), { 9: '<< /Kind (table) >>' }, { trailer: '/Root 4 0 R /XRefStm 0000000000' });
    const text = latin1(update);
    const data = '\x01\x00\x00\x00\x00';
    const place = latin1(blankPdf()).length;
    const stream = `10 0 obj\n<< /Type /XRef /Size 11 /W [1 3 1] /Index [8 1] /Length 5 >>\nstream\n${data}\nendstream\nendobj\n`;
    const moved = text.slice(place).replace('XRefStm 0000000000', `XRefStm ${String(place).padStart(10, '0')}`);
    const shifted = moved.replace(
      /startxref\n(\d+)/,
      (_, offset: string) => `startxref\n${Number(offset) + stream.length}`,
    );
    const pdf = bytesOf(text.slice(0, place) + stream + shifted);
    expect(readRevisions(pdf).map(({ style }) => style)).toEqual(['table', 'hybrid']);
    expect(readPdf(pdf).problems).toEqual([]);
  });

  it('count the two sections of a linearized file as one', () => {
    const text = latin1(blankPdf());
    const main = Number(/startxref\n(\d+)/.exec(text)?.[1]);
    const table = text.slice(main, text.indexOf('startxref'));
    // The first-page section stands in front, the main one behind it; startxref leads to the one in front.
    const header = '%PDF-1.7\n';
    const trailer = /trailer\n(<<.*>>)/.exec(table)?.[1] ?? '';
    const withPrev = (offset: number): string =>
      `xref\n0 1\n0000000000 65535 f \ntrailer\n${trailer.replace(/>>$/, `/Prev ${String(offset).padStart(6, '0')} >>`)}\nstartxref\n0\n%%EOF\n`;
    const front = withPrev(0);
    const body = text.slice(header.length, main);
    const shift = front.length;
    const moved = table.replace(
      /^(\d{10}) 00000 n/gm,
      (_, offset: string) => `${String(Number(offset) + shift).padStart(10, '0')} 00000 n`,
    );
    const pdf = bytesOf(`${header}${withPrev(main + shift)}${body}${moved}startxref\n${header.length}\n%%EOF\n`);
    expect(readPdf(pdf).problems).toEqual([]);
    expect(readRevisions(pdf)).toMatchObject([{ number: 1, end: pdf.length }]);
  });

  it('are one that ends with the file where the cross-references had to be rebuilt', () => {
    const pdf = bytesOf(latin1(blankPdf()).replace('xref', 'XREF'));
    expect(readRevisions(pdf)).toMatchObject([{ number: 1, end: pdf.length }]);
  });

  it('of a file that is too large are not read', () => {
    expect(readRevisions(new Uint8Array(65 * 1024 * 1024))).toEqual([]);
  });

  it('are as many as updates came', async () => {
    const pdf = await legitimateUpdates.find(({ name }) => name.includes('then both again'))?.build();
    expect(readRevisions(pdf ?? new Uint8Array())).toHaveLength(6);
    const signed = await signedSample();
    expect(readRevisions(updatePdf(signed, { 7: sampleObjects[7] ?? '' }))).toHaveLength(3);
  });
});
