import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { toPem } from '@tra/pki';
import { type TestSigning, testPdf, testSigning } from '@tra/signature/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { runCommand } from '../src/commands.ts';

let folder: string;
let signing: TestSigning;
const at = (...names: readonly string[]): string => join(folder, ...names);

async function tra(...argv: string[]) {
  let stdout = '';
  let stderr = '';
  const terminal = {
    stdout: { write: (text: string) => (stdout += text) },
    stderr: { write: (text: string) => (stderr += text) },
    env: { TRA_LANG: 'en' },
  };
  const status = await runCommand(argv, terminal);
  return { status, stdout, stderr };
}

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'tra-validate-'));
  signing = await testSigning();
  const signed = await signing.sign(testPdf());
  mkdirSync(at('in', 'more'), { recursive: true });
  writeFileSync(at('in', 'a.pdf'), signed);
  writeFileSync(at('in', 'b.txt'), 'no document');
  writeFileSync(at('in', '.hidden'), 'x');
  writeFileSync(at('in', 'more', 'c.pdf'), signed);
  writeFileSync(at('root.pem'), toPem('CERTIFICATE', signing.anchors[0] ?? new Uint8Array()));
});

afterAll(() => rmSync(folder, { recursive: true, force: true }));

const usual = (...more: string[]): string[] => [
  ...['validate', at('in'), '--offline', '--at', '2026-11-20T08:00:00Z', '--trust', at('root.pem')],
  ...more,
];

describe('tra validate with a folder', () => {
  it('prints a line for each document and the totals; the worst decides', async () => {
    const { status, stdout, stderr } = await tra(...usual('--jobs', '1'));
    expect(
      stdout
        .trim()
        .split('\n')
        .map((line) => line.split('\t').slice(0, 2)),
    ).toEqual([
      ['Passed', at('in', 'a.pdf')],
      ['No conclusion', at('in', 'b.txt')],
    ]);
    expect(stderr).toContain('2 documents: 1 passed, 0 failed, 1 without conclusion.');
    expect(status).toBe(2);
  });

  it('goes into folders when told, in threads, and writes whole reports', async () => {
    const { stdout } = await tra(...usual('--recursive', '--jobs', '2', '--json', '--out', at('out')));
    const lines = stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line));
    expect(lines.map(({ file, report }) => [file, report.verdict])).toEqual([
      [at('in', 'a.pdf'), 'passed'],
      [at('in', 'b.txt'), 'indeterminate'],
      [at('in', 'more', 'c.pdf'), 'passed'],
    ]);
    expect(readdirSync(at('out'), { recursive: true }).map(String).sort()).toEqual([
      'a.pdf.report.json',
      'b.txt.report.json',
      'more',
      join('more', 'c.pdf.report.json'),
    ]);
    expect(JSON.parse(readFileSync(at('out', 'more', 'c.pdf.report.json'), 'utf8'))).toEqual(lines[2].report);
    expect(existsSync(at('out', 'a.pdf.report.json.part'))).toBe(false);
  });

  it('prints a table', async () => {
    const { stdout } = await tra(...usual('--csv', '--jobs', '1'));
    const [head, ...rows] = stdout.trim().split('\r\n');
    expect(head).toContain('position,name,sha256,type,verdict');
    expect(rows.map((row) => row.split(',')[1])).toEqual(['a.pdf', 'b.txt']);
  });

  it.each<[string, string[], string]>([
    ['a number of jobs that is none', ['--jobs', 'many'], '--jobs'],
    ['a policy that is not known', ['--policy', 'strict'], 'strict'],
    ['a file where reports go', ['--out', 'package.json'], 'package.json'],
    ['anchors that are none', ['--trust', 'package.json'], 'CERTIFICATE'],
  ])('refuses %s', async (_, more, said) => {
    const { status, stderr } = await tra(...usual(...more));
    expect(status).toBeGreaterThanOrEqual(64);
    expect(stderr).toContain(said);
  });
});
