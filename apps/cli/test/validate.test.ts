import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { signedFolder } from './validate-world.ts';

const { at, remove, signed, validate } = await signedFolder();

beforeAll(() => {
  mkdirSync(at('in', 'more'), { recursive: true });
  writeFileSync(at('in', 'a.pdf'), signed);
  writeFileSync(at('in', 'b.txt'), 'no document');
  writeFileSync(at('in', '.hidden'), 'x');
  writeFileSync(at('in', 'more', 'c.pdf'), signed);
});

afterAll(remove);

describe('tra validate with a folder', () => {
  it('prints a line for each document and the totals; the worst decides', async () => {
    const { status, stdout, stderr } = await validate('in', '--jobs', '1');
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
    const { stdout } = await validate('in', '--recursive', '--jobs', '2', '--json', '--out', at('out'));
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
    const { stdout } = await validate('in', '--csv', '--jobs', '1');
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
    const { status, stderr } = await validate('in', ...more);
    expect(status).toBeGreaterThanOrEqual(64);
    expect(stderr).toContain(said);
  });
});
