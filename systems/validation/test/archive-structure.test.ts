import { readFileSync } from 'node:fs';
import { createDocumentRenderer, fontDirectory } from '@tra/document';
import { steppedClock } from '@tra/kernel/testing';
import { pdfBytes, pdfDict, pdfName } from '@tra/pdf';
import { rewritePdf } from '@tra/pdf/testing';
import { type StartedSystem, startTestSystem } from '@tra/platform-system/testing';
import { type TestSigning, testPdf, testSigning } from '@tra/signature/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type ValidationConfig, type ValidationServices, validation } from '../src/index.ts';
import { multipart, portsOf } from './world.ts';

const path = '/api/v1/validations';
const clock = steppedClock('2026-11-20T08:00:00Z');
let signing: TestSigning;
let letter: Uint8Array;
let running: StartedSystem<ValidationConfig, ValidationServices>;

beforeAll(async () => {
  signing = await testSigning();
  const font = (name: string): Uint8Array => new Uint8Array(readFileSync(new URL(name, fontDirectory)));
  const fonts = { regular: font('Sarabun-Regular.ttf'), bold: font('Sarabun-Bold.ttf') };
  letter = (await createDocumentRenderer(fonts)).render({
    ...{ language: 'th', title: 'หนังสือ', author: 'ตรา', created: clock.now(), id: 'ID-1', attachments: [] },
    blocks: [{ kind: 'paragraph', text: 'เรียน ท่านผู้ประกอบการ' }],
  });
  const ports = portsOf(signing.anchors, () => signing.hierarchy.crls(clock.now()));
  running = await startTestSystem(validation, ports, { clock, config: { requestsPerMinute: 0, online: 'off' } });
});

afterAll(() => running.close());

async function post(bytes: Uint8Array) {
  const { payload, headers } = multipart([
    ['keep', 'true'],
    ['file', bytes, 'a.pdf'],
  ]);
  const answer = (await running.app.inject({ method: 'POST', url: `${path}?lang=en`, payload, headers })).json();
  const get = async (format: string, language: string) =>
    (
      await running.app.inject({
        method: 'GET',
        url: `${path}/${answer.id}/reports/1?format=${format}&lang=${language}`,
      })
    ).body;
  return { report: answer.reports[0], get };
}

describe('a PDF that claims PDF/A-3', () => {
  it('is told how much of it was checked, and never that it conforms', async () => {
    const { report, get } = await post(await signing.sign(letter));
    expect(report.verdict).toBe('passed');
    const [structure] = report.structures;
    expect(structure).toMatchObject({
      structure: 'pdfa-3a',
      release: 'ISO 19005-3:2012',
      status: 'passed',
      faults: [],
    });
    expect(structure.summary.message).toMatch(/claims PDF\/A-3A\. \d+ requirements .* were checked.*not everything/);
    expect(structure.notChecked.length).toBeGreaterThan(3);
    expect(await get('html', 'th')).toContain('ไฟล์ระบุว่าเป็น PDF/A-3A');
    expect(await get('html', 'th')).toContain('ไม่ได้ตรวจ:');
  });

  it('is told every requirement that it breaks with its clause, while its signature is judged for itself', async () => {
    const broken = rewritePdf(letter, ({ catalog }) => {
      catalog.set('OpenAction', pdfDict({ S: pdfName('JavaScript'), JS: pdfBytes('1') }));
      catalog.delete('OutputIntents');
    });
    const { report, get } = await post(await signing.sign(broken));
    expect(report.verdict).toBe('passed');
    const [structure] = report.structures;
    expect(structure.status).toBe('failed');
    expect(structure.faults).toContainEqual({
      ...{ code: 'pdfa.action_type', clause: '6.5.1', place: 'catalog JavaScript' },
      text: 'There is an action that is not permitted, such as a script. (ISO 19005-3 6.5.1)',
    });
    expect(structure.summary.message).toMatch(/it breaks [23]\./);
    expect(await get('html', 'en')).toContain('ISO 19005-3:2012 6.5.1');
  });

  it('is one only by its claim: others have no such part', async () => {
    expect((await post(await signing.sign(testPdf()))).report.structures).toEqual([]);
    expect((await post(new TextEncoder().encode('hello'))).report.structures).toEqual([]);
  });
});
