import { seededRandom } from '@tra/kernel/testing';
import { describe, expect, it } from 'vitest';
import { compareRevisions, type PdfChange, type RevisionDifference, readPdf } from '../../src/index.ts';
import { pdfAttacks, type SignedSampleOptions, sampleObjects, signedSample, updatePdf } from '../../src/testing.ts';
import { bytesOf, latin1 } from '../support/samples.ts';

function differenceOf(pdf: Uint8Array): RevisionDifference | undefined {
  return compareRevisions(pdf, readPdf(pdf).signatures)[0];
}

async function changesAfter(
  objects: Record<number, string>,
  options: SignedSampleOptions = {},
): Promise<readonly PdfChange[]> {
  return differenceOf(updatePdf(await signedSample(options), objects))?.changes ?? [];
}

describe('a change', () => {
  it('names object, path, page and rectangle, so that a page can show it', async () => {
    const text = (sampleObjects[10] ?? '').replace('/V (100)', '/V (900)');
    const changes = await changesAfter({ 10: text }, { level: 1 });
    expect(changes.find(({ code }) => code === 'pdf.change_field_filled')).toEqual({
      code: 'pdf.change_field_filled',
      verdict: 'forbidden',
      clause: 'ISO 32000-2 12.8.2.2',
      path: '/Root/AcroForm/Fields[0]',
      object: 10,
      page: 1,
      rect: [50, 400, 150, 420],
      visible: true,
      params: { path: '/Root/AcroForm/Fields[0]', field: 'amount' },
    });
  });

  it('deep in the resources of a page is named with the whole way there', async () => {
    const changes = await changesAfter({ 9: (sampleObjects[9] ?? '').replace('/Width 2', '/Width 4') });
    expect(changes[0]).toMatchObject({
      code: 'pdf.change_page_resources',
      path: '/Root/Pages/Kids[0]/Resources/XObject/Im1/Width',
      object: 9,
      page: 1,
    });
  });

  it('of a form filled in where nobody said that it may be is suspicious, and is what the policy says', async () => {
    const text = (sampleObjects[30] ?? '').replace('/T (', '/V (x) /T (');
    const pdf = updatePdf(await signedSample(), { 30: text });
    const { signatures } = readPdf(pdf);
    expect(compareRevisions(pdf, signatures)[0]).toMatchObject({ verdict: 'suspicious', visiblyChanged: true });
    const policy = { formFilling: 'allowed', annotations: 'forbidden', coveringSignatures: 'allowed' } as const;
    expect(compareRevisions(pdf, signatures, { policy })[0]?.verdict).toBe('allowed');
  });

  it.each([
    ['an annotation', 4, '15 0 R', 'pdf.change_annotation_removed'],
    ['a widget', 4, '10 0 R', 'pdf.change_field_removed'],
    ['a field', 3, '10 0 R', 'pdf.change_field_removed'],
    ['a signature', 3, '14 0 R', 'pdf.change_signature_removed'],
  ])(
    'that names %s by a generation that it has not removes it, as strict readers see it',
    async (_, object, ref, code) => {
      const text = (sampleObjects[object] ?? '').replace(ref, ref.replace(' 0 ', ' 7 '));
      expect(text).not.toBe(sampleObjects[object]);
      for (const level of [undefined, 2, 3] as const) {
        const changes = await changesAfter({ [object]: text }, level ? { level } : {});
        expect(changes.map((change) => change.code)).toContain(code);
      }
    },
  );

  it('tells where the signed revision ends', async () => {
    const signed = await signedSample();
    expect(differenceOf(updatePdf(signed, { 90: '<< >>' }))).toMatchObject({
      signedRevision: 2,
      currentRevision: 3,
      signedEnd: signed.length,
    });
  });
});

describe('a signature whose range cannot be used', () => {
  it.each([
    [[]],
    [[0, 1]],
    [[0, 1, 2, -3]],
    [[0, 5, 3, 9]],
    [[1, 5, 9, 9]],
    [[0, 5, 9, 1e9]],
    [[0, 0.5, 9, 9]],
    [[0, 5, 9, 0]],
  ])('is forbidden: %j', async (byteRange) => {
    expect(compareRevisions(await signedSample(), [{ byteRange }])[0]).toMatchObject({
      verdict: 'forbidden',
      signedRevision: 0,
    });
  });
});

describe('anything appended', () => {
  const source = seededRandom(1205);
  const random = (): number => {
    const [high = 0, low = 0] = source.bytes(2);
    return (high * 256 + low) / 65_536;
  };
  const pick = <T>(items: readonly T[]): T => items[Math.floor(random() * items.length)] as T;

  it('is never taken for nothing, and what changes a page is forbidden', async () => {
    const signed = await signedSample();
    const numbers = Object.keys(sampleObjects).map(Number);
    for (let round = 0; round < 300; round += 1) {
      const number = pick(numbers);
      const other = sampleObjects[pick(numbers)] ?? '';
      const same = other === sampleObjects[number];
      const difference = differenceOf(updatePdf(signed, { [number]: other }));
      expect(difference?.verdict, `object ${number}`).not.toBe('unchanged');
      if ([1, 2, 4, 5, 7, 8, 9, 16].includes(number) && !same)
        expect(difference?.verdict, `object ${number}`).toBe('forbidden');
    }
  });

  it('never throws, whatever bytes are turned in the update', async () => {
    const signed = await signedSample();
    for (const attack of pdfAttacks.filter((_, index) => index % 9 === 0)) {
      const pdf = await attack.build();
      for (let round = 0; round < 12; round += 1) {
        const copy = pdf.slice();
        const at = Math.min(
          copy.length - 1,
          signed.length + Math.floor(random() * Math.max(1, copy.length - signed.length)),
        );
        copy[at] = (copy[at] ?? 0) ^ (1 << Math.floor(random() * 8));
        const { signatures } = readPdf(copy);
        for (const { verdict } of compareRevisions(copy, signatures))
          expect(verdict).toMatch(/^(unchanged|allowed|suspicious|forbidden)$/);
      }
    }
  });
});

describe('hostile updates', () => {
  it('of a page tree that turns on itself end', async () => {
    const changes = await changesAfter({ 2: '<< /Type /Pages /Kids [2 0 R 4 0 R] /Count 2 >>' });
    expect(changes.map(({ code }) => code)).toContain('pdf.change_page_removed');
  });

  it('of ten thousand chained objects end, without a deep stack', async () => {
    const chain: Record<number, string> = { 27: '<< /Type /Outlines /First 1000 0 R >>' };
    for (let index = 0; index < 10_000; index += 1) chain[1000 + index] = `<< /Title (x) /Next ${1001 + index} 0 R >>`;
    const signed = await signedSample({ objects: chain });
    const changed = updatePdf(signed, { 10999: '<< /Title (y) >>' });
    expect(differenceOf(changed)?.changes.map(({ code }) => code)).toContain('pdf.change_outline');
  });

  it('of a cross-reference chain that turns on itself are refused', async () => {
    const signed = await signedSample();
    const pdf = latin1(updatePdf(signed, { 90: '<< >>' }));
    const offset = /startxref\n(\d+)\n%%EOF\n$/.exec(pdf)?.[1] ?? '';
    const looped = bytesOf(
      pdf.slice(0, pdf.lastIndexOf('/Prev ')) +
        pdf.slice(pdf.lastIndexOf('/Prev ')).replace(/\/Prev \d+/, `/Prev ${offset}`),
    );
    expect(differenceOf(looped)?.verdict).toBe('forbidden');
  });

  it('of a thousand revisions are given up, not accepted', async () => {
    let text = latin1(await signedSample());
    for (let index = 0; index < 1000; index += 1) {
      const previous = /startxref\n(\d+)\n%%EOF\n$/.exec(text.slice(-60))?.[1];
      text += `xref\n0 0\ntrailer\n<< /Size 60 /Root 1 0 R /Prev ${previous} >>\nstartxref\n${text.length}\n%%EOF\n`;
    }
    const difference = differenceOf(bytesOf(text));
    expect(['forbidden', 'suspicious']).toContain(difference?.verdict);
  });

  it('with more pages than are looked at are not accepted', async () => {
    const signed = await signedSample({
      objects: { 2: `<< /Type /Pages /Kids [${'5 0 R '.repeat(21_000)}] /Count 21000 /MediaBox [0 0 9 9] >>` },
    });
    expect(differenceOf(updatePdf(signed, { 90: '<< >>' }))?.verdict).not.toMatch(/unchanged|allowed/);
  });
});
