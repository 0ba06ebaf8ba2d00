import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { archiveRules, checkArchive } from '@tra/pdf';
import { rewritePdf } from '@tra/pdf/testing';
import { beforeAll, describe, expect, it } from 'vitest';
import { alterations, permitted } from './support/archive-alterations.ts';
import { modelOf, testRenderer } from './support/fonts.ts';

let base: Uint8Array;

beforeAll(async () => {
  const renderer = await testRenderer();
  const bytes = new TextEncoder().encode('<Licence/>');
  const modified = new Date('2026-11-20T00:00:00Z');
  base = renderer.render(
    modelOf(
      [
        { kind: 'seal' },
        { kind: 'heading', level: 1, text: 'ใบทะเบียนพาณิชย์อิเล็กทรอนิกส์' },
        { kind: 'fields', rows: [{ label: 'ผู้ประกอบการ', value: 'นางสาวน้ำผึ้ง ชื่นอุรา' }] },
      ],
      {
        attachments: [
          { name: 'a.xml', mediaType: 'application/xml', relationship: 'Data', description: 'd', bytes, modified },
        ],
      },
    ),
  );
});

const faultsOf = (bytes: Uint8Array): readonly string[] =>
  checkArchive(bytes)?.faults.map(({ code }) => code) ?? ['none'];

describe('the examination of a PDF/A-3', () => {
  it('finds no fault in what this product issues', () => {
    const report = checkArchive(base);
    const checked = Object.keys(archiveRules).length;
    expect(report).toEqual({ claim: { part: 3, level: 'A' }, checked, complete: true, faults: [] });
    expect(checked).toBeGreaterThan(70);
  });

  it.each(permitted.map((one) => [one.name, one] as const))('finds none in %s', (_, { make }) => {
    expect(faultsOf(make(base))).toEqual([]);
  });

  it.each(alterations.map((one) => [one.name, one] as const))('finds %s', (_, { code, make }) => {
    expect(faultsOf(make(base))).toContain(code);
  });

  it('demands of level B neither structure nor Unicode, and of none of them what another level claims', () => {
    const level = (to: string): Uint8Array =>
      rewritePdf(base, (pdf) => {
        const metadata = pdf.catalog.get('Metadata');
        pdf.replace(metadata, pdf.text(metadata).replace(/<pdfaid:conformance>.</, `<pdfaid:conformance>${to}<`));
        for (const key of ['MarkInfo', 'StructTreeRoot']) pdf.catalog.delete(key);
      });
    expect(checkArchive(level('B'))).toMatchObject({ claim: { level: 'B' }, faults: [] });
    expect(checkArchive(level('U'))).toMatchObject({ claim: { level: 'U' }, faults: [] });
    expect(faultsOf(level('A'))).toEqual(['pdfa.not_marked', 'pdfa.structure_missing']);
    expect(checkArchive(level('B'))?.checked).toBeLessThan(Object.keys(archiveRules).length);
  });

  it('is not made of a file that claims another part, or none', () => {
    const part = (change: (text: string) => string): Uint8Array =>
      rewritePdf(base, (pdf) => {
        const metadata = pdf.catalog.get('Metadata');
        pdf.replace(metadata, change(pdf.text(metadata)));
      });
    expect(checkArchive(part((text) => text.replace('<pdfaid:part>3<', '<pdfaid:part>1<')))).toBeUndefined();
    expect(checkArchive(part((text) => text.replace(/<pdfaid:part>.*?<\/pdfaid:conformance>/, '')))).toBeUndefined();
    expect(checkArchive(rewritePdf(base, (pdf) => void pdf.catalog.delete('Metadata')))).toBeUndefined();
    expect(checkArchive(new TextEncoder().encode('hello'))).toBeUndefined();
  });

  it('never throws for what the octets are, and ends', () => {
    let reports = 0;
    for (let at = 0; at < base.length; at += Math.ceil(base.length / 150)) {
      const bytes = base.slice();
      bytes[at] = (bytes[at] ?? 0) ^ 0x15;
      if (checkArchive(bytes)) reports += 1;
      checkArchive(base.subarray(0, at));
    }
    expect(reports).toBeGreaterThan(50);
  });
});

const verapdf = join(tmpdir(), 'tra-verapdf-1.26.1', 'Check.class');

// It takes a minute or more of Java: asked for with TRA_VERAPDF=1, once `node tools/verapdf-check.mjs FILE.pdf` has fetched it.
const asked = process.env.TRA_VERAPDF === '1' && existsSync(verapdf);

describe.skipIf(!asked)('veraPDF (TRA_VERAPDF=1)', () => {
  it('says the same of every altered document', { timeout: 600_000 }, () => {
    const folder = mkdtempSync(join(tmpdir(), 'tra-archive-'));
    try {
      const cases = [...alterations.filter(({ rule }) => rule !== undefined), ...permitted];
      const names = cases.map((one, index) => {
        const path = join(folder, `${index}.pdf`);
        writeFileSync(path, one.make(base));
        return path;
      });
      const tool = new URL('../../../tools/verapdf-check.mjs', import.meta.url).pathname;
      const { stdout } = spawnSync(process.execPath, [tool, '--flavours', '3a', ...names], { encoding: 'utf8' });
      const said = new Map<string, string[]>();
      let current: string[] = [];
      for (const line of stdout.split('\n')) {
        const head = /^(\S+) 3a /.exec(line)?.[1];
        if (head) {
          current = [];
          said.set(head, current);
        } else if (line.startsWith('  ')) current.push(/\d+ x (\S+)/.exec(line)?.[1] ?? line);
      }
      const differing = cases.flatMap((one, index) => {
        const rules = said.get(names[index] ?? '');
        const wanted = 'rule' in one ? one.rule : undefined;
        const agrees = wanted === undefined ? rules?.length === 0 : rules?.includes(wanted);
        return agrees ? [] : [`${one.name}: ${wanted ?? 'conforms'} but ${[...new Set(rules)].join(' ')}`];
      });
      expect(differing).toEqual([]);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});
