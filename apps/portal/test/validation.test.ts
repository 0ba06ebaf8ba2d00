import { readFileSync } from 'node:fs';
import { zipSync } from 'fflate';
import { describe, expect, it } from 'vitest';
import type { Check, SignatureReport } from '../src/api/types.ts';
import { createI18n } from '../src/i18n/index.ts';
import { changesOf, mostChanged } from '../src/systems/validation/changes.ts';
import { groupChecks } from '../src/systems/validation/check-groups.ts';
import { sortChosen } from '../src/systems/validation/chosen-files.ts';
import { noTerms, termsOf } from '../src/systems/validation/chosen-terms.ts';
import type { FileCheck } from '../src/systems/validation/file-checks.ts';
import { tableColumns, tableOf } from '../src/systems/validation/report-table.ts';
import { differingLines } from '../src/ui/line-difference.ts';
import { differingPlaces } from '../src/ui/pixel-difference.ts';

const file = (name: string, type = '', content: BlobPart = 'x') => new File([content], name, { type });
const zip = (entries: Record<string, string>): BlobPart =>
  zipSync(
    Object.fromEntries(Object.entries(entries).map(([name, text]) => [name, new TextEncoder().encode(text)])),
  ) as Uint8Array<ArrayBuffer>;
const check = (code: string, status: Check['status'] = 'passed', params: Check['params'] = {}): Check => ({
  code,
  status,
  params,
});

describe('files that were chosen', () => {
  it('pair a signature with the file of its name', async () => {
    const names = ['สัญญา.docx', 'สัญญา.docx.p7s', 'other.xml', 'film.mp4', 'FILM.MP4.P7S'];
    const { documents, refused } = await sortChosen(
      names.map((name) => file(name, name === 'film.mp4' ? 'video/mp4' : '')),
    );
    expect(documents.map((one) => [one.file.name, one.detached.map(({ name }) => name)])).toEqual([
      ['สัญญา.docx.p7s', ['สัญญา.docx']],
      ['other.xml', []],
      ['FILM.MP4.P7S', ['film.mp4']],
    ]);
    expect(refused).toEqual([]);
  });

  it('refuse pictures that no signature came with, before anything is sent', async () => {
    const { documents, refused } = await sortChosen([file('photo.jpg', 'image/jpeg')]);
    expect([documents.length, refused.map((one) => [one.file.name, one.reason])]).toEqual([
      0,
      [['photo.jpg', 'media']],
    ]);
  });

  it('refuse pictures by what is in them, whatever their name says', async () => {
    const heads = [
      '\x89PNG\r\n\x1a\n',
      '\xff\xd8\xff\xe0',
      'GIF89a',
      'RIFF1234WEBP',
      '\0\0\0\x18ftypheic',
      'II*\0',
      'MM\0*',
    ];
    const bytes = heads.map((head) => Uint8Array.from(head, (one) => one.charCodeAt(0)));
    const { refused } = await sortChosen(bytes.map((head, index) => file(`${index}.pdf`, 'application/pdf', head)));
    expect(refused.map(({ reason }) => reason)).toEqual(heads.map(() => 'disguised'));
    const pdf = await sortChosen([file('a.pdf', 'application/pdf', '%PDF-1.7'), file('b.xml', 'text/xml', '<a/>')]);
    expect([pdf.documents.length, pdf.refused.length]).toEqual([2, 0]);
  });

  it('refuse what cannot be opened, such as a folder', async () => {
    const folder = Object.assign(file('papers'), { slice: () => ({ arrayBuffer: () => Promise.reject(new Error()) }) });
    const { documents, refused } = await sortChosen([folder]);
    expect([documents.length, refused.map(({ reason }) => reason)]).toEqual([0, ['unopened']]);
  });

  it('tell a ZIP of documents from a signed container', async () => {
    const { documents, archives } = await sortChosen([
      file('papers.zip', '', zip({ 'a.pdf': '%PDF', 'b/c.xml': '<a/>' })),
      file('signed.zip', '', zip({ 'a.txt': 'a', 'META-INF/signatures.p7s': 'x' })),
      file('letter.docx', '', zip({ '[Content_Types].xml': '<a/>', 'word/document.xml': '<a/>' })),
      file('signed.asice', '', zip({ mimetype: 'application/vnd.etsi.asic-e+zip', 'a.txt': 'a' })),
    ]);
    expect(archives.map(({ name }) => name)).toEqual(['papers.zip']);
    expect(documents.map((one) => one.file.name)).toEqual(['signed.zip', 'letter.docx', 'signed.asice']);
  });
});

describe('terms', () => {
  it('are left out unless they were chosen', () => {
    expect(termsOf(noTerms)).toEqual({});
    expect(termsOf({ ...noTerms, date: '2026-11', policy: '' })).toEqual({});
  });

  it('take times of day as Thai time, and the end of the day without one', () => {
    expect(termsOf({ ...noTerms, date: '2026-11-20' }).at).toBe('2026-11-20T23:59:59+07:00');
    expect(termsOf({ ...noTerms, date: '2026-11-20', time: '9.05' }).at).toBe('2026-11-20T09:05:00+07:00');
  });
});

const signature = (id: string, changes: string, signedEnd: number, checks: Check[] = []): SignatureReport =>
  ({ id, checks, timestamps: [], revision: { changes, signedEnd } }) as unknown as SignatureReport;

describe('changes after signing', () => {
  it('have their page and place, and know on which side they stand', () => {
    const changes = changesOf(
      signature('S1', 'forbidden', 10, [
        check('signature.hash_matches'),
        check('pdf.change_annotation_added', 'failed', { page: 2, rect: '10 20 30.5 40' }),
        check('pdf.change_page_removed', 'failed', { page: 3 }),
        check('pdf.change_metadata', 'passed', { path: '/Root/Metadata' }),
      ]),
    );
    expect(changes.map(({ page, rect, removed, removedPage }) => ({ page, rect, removed, removedPage }))).toEqual([
      { page: 2, rect: [10, 20, 30.5, 40], removed: false, removedPage: false },
      { page: 3, rect: undefined, removed: true, removedPage: true },
      { page: undefined, rect: undefined, removed: false, removedPage: false },
    ]);
  });

  it('are shown for the signature with the gravest ones, the oldest first', () => {
    const all = [signature('S1', 'allowed', 10), signature('S2', 'forbidden', 30), signature('S3', 'forbidden', 20)];
    expect(mostChanged(all)?.id).toBe('S3');
    expect(mostChanged([signature('S1', 'forbidden', 0)])).toBeUndefined();
  });
});

describe('checks of a signature', () => {
  it('are grouped by what they are about; those of a time-stamp stay with it', () => {
    const groups = groupChecks([
      check('signature.byte_range_valid'),
      check('signature.value_valid'),
      check('signature.timestamp_valid'),
      check('cms.signature_ok'),
      check('pki.validity_ok', 'passed', { subject: 'CN=TSA' }),
      check('signature.path_untrusted', 'indeterminate'),
      check('pki.validity_ok', 'passed', { subject: 'CN=Root' }),
      check('pki.validity_ok', 'failed', { subject: 'CN=Signer' }),
      check('pki.not_revoked'),
      check('signature.licence_registered'),
    ]);
    expect(groups.map(({ topic, status, checks }) => [topic, status, checks.length])).toEqual([
      ['document', 'passed', 1],
      ['signature', 'passed', 1],
      ['certificates', 'failed', 3],
      ['revocation', 'passed', 1],
      ['time', 'passed', 3],
      ['register', 'passed', 1],
    ]);
  });
});

describe('what looks different', () => {
  const drawing = (size: number, dark: readonly (readonly [number, number])[]) => {
    const data = new Uint8ClampedArray(size * size * 4).fill(255);
    for (const [x, y] of dark) data[(y * size + x) * 4] = 0;
    return { width: size, height: size, data };
  };

  it('is found where pixels differ, near ones as one place', () => {
    expect(differingPlaces(drawing(160, []), drawing(160, []))).toEqual([]);
    const places = differingPlaces(
      drawing(160, []),
      drawing(160, [
        [4, 4],
        [20, 4],
        [150, 150],
      ]),
    );
    expect(places).toEqual([
      { left: 0, top: 0, width: 0.15, height: 0.05 },
      { left: 0.9, top: 0.9, width: 0.05, height: 0.05 },
    ]);
    expect(differingPlaces(drawing(160, []), drawing(80, []))).toBeUndefined();
  });

  it('is told in words too, lines that repeat counted', () => {
    expect(differingLines(['a', 'b', 'b'], ['b', 'c'])).toEqual({ before: ['a', 'b'], after: ['c'] });
  });
});

describe('the table', () => {
  it('has the columns of the tables that the server writes', () => {
    const server = readFileSync(new URL('../../../systems/validation/src/result-table.ts', import.meta.url), 'utf8');
    const columns = /const columns = \[([^\]]+)\]/.exec(server)?.[1]?.match(/\w+/g);
    expect(tableColumns).toEqual(columns);
  });

  it('quotes, keeps formulas from running, and words the answer', () => {
    const i18n = createI18n('en', { 'validation.summary.passed': 'Fine, really' }, () => undefined);
    const report = {
      verdict: 'passed',
      indication: 'TOTAL_PASSED',
      summary: { code: 'validation.summary.passed' },
      document: { name: '=cmd()', sha256: 'ab', type: 'pdf' },
      signatures: [{ signer: { text: 'CN=A' }, provenTime: '2026-11-20T00:00:00Z' }],
      trust: { basis: 'service' },
    };
    const [head, line] = tableOf([{ name: 'a', report } as unknown as FileCheck], i18n).split('\r\n');
    expect(head?.startsWith('\uFEFFposition,name,sha256')).toBe(true);
    expect(line).toBe(`1,'=cmd(),ab,pdf,passed,TOTAL_PASSED,,1,CN=A,2026-11-20T00:00:00Z,service,,"Fine, really"`);
  });
});
