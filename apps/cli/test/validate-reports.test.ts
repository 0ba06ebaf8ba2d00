import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { signedFolder, tra } from './validate-world.ts';

const { at, remove, signed, validate } = await signedFolder();

beforeAll(async () => {
  writeFileSync(at('a.pdf'), signed);
  const formats = ['html', 'pdf', 'simple', 'detailed', 'diagnostic', 'etsi'].flatMap((name) => ['--report', name]);
  await validate('a.pdf', ...formats, '--out', at('out'));
});

afterAll(remove);

describe('tra validate --report', () => {
  it('writes each format to a file', () => {
    expect(readdirSync(at('out')).sort()).toEqual([
      ...['a.pdf.detailed.json', 'a.pdf.diagnostic.json', 'a.pdf.etsi.xml'],
      ...['a.pdf.report.html', 'a.pdf.report.json', 'a.pdf.report.pdf'],
    ]);
    expect(readFileSync(at('out', 'a.pdf.report.html'), 'utf8')).toContain('<html lang="en">');
    expect(readFileSync(at('out', 'a.pdf.report.pdf')).subarray(0, 5).toString()).toBe('%PDF-');
  });

  it('takes none of its own files for a document', async () => {
    const { stdout } = await tra('validate', at('out'), '--offline');
    expect(stdout).toBe('');
  });

  it('leaves out a format that a result cannot be told in', async () => {
    writeFileSync(at('note.txt'), 'no document');
    await tra('validate', at('note.txt'), '--offline', '--report', 'etsi', '--report', 'html', '--out', at('other'));
    expect(readdirSync(at('other'))).toEqual(['note.txt.report.html']);
  });

  it('refuses what there is not', async () => {
    expect(await validate('a.pdf', '--report', 'docx', '--out', at('out'))).toMatchObject({ status: 64 });
    expect(await validate('a.pdf', '--report', 'pdf')).toMatchObject({ status: 64 });
  });
});

describe('tra validate --replay', () => {
  const replay = (...more: string[]) => tra('validate', '--replay', at('out', 'a.pdf.diagnostic.json'), ...more);

  it('prints the same detailed report', async () => {
    const { status, stdout } = await replay();
    expect(JSON.parse(stdout).detailed).toEqual(JSON.parse(readFileSync(at('out', 'a.pdf.detailed.json'), 'utf8')));
    expect(status).toBe(0);
  }, 30_000);

  it('says whether the verdicts are the stated ones', async () => {
    expect(await replay('--expected', at('out', 'a.pdf.detailed.json'))).toMatchObject({ status: 0 });
    writeFileSync(at('none.json'), '{"signatures":[]}');
    const { status, stdout } = await replay('--expected', at('none.json'));
    expect([status, JSON.parse(stdout).differences.length]).toEqual([1, 1]);
  }, 30_000);

  it('refuses what is no such data', async () => {
    writeFileSync(at('bad.json'), '{"version":1}');
    expect(await tra('validate', '--replay', at('bad.json'))).toMatchObject({ status: 64 });
    expect(await tra('validate', '--replay', at('a.pdf'))).toMatchObject({ status: 64 });
    expect(await tra('validate', '--replay', at('nowhere.json'))).toMatchObject({ status: 64 });
    expect(await replay('--expected', at('bad.json'))).toMatchObject({ status: 64 });
    expect(await replay(at('a.pdf'))).toMatchObject({ status: 64 });
  }, 30_000);
});
