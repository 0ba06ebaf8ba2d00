import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { testPdf, testSigning } from '@tra/signature/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const main = fileURLToPath(new URL('../src/main.ts', import.meta.url));
const total = 900;
let folder: string;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'tra-interrupt-'));
  mkdirSync(join(folder, 'in'));
  const signing = await testSigning();
  const signed = await signing.sign(testPdf());
  for (let index = 0; index < total; index += 1) writeFileSync(join(folder, 'in', `${index}.pdf`), signed);
});

afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe('tra validate that is interrupted (Ctrl-C)', () => {
  it('finishes the documents under way, tells how far it came, and leaves nothing half done', async () => {
    const out = join(folder, 'out');
    const argv = ['validate', join(folder, 'in'), '--offline', '--json', '--jobs', '2', '--out', out];
    const child = spawn(process.execPath, ['--conditions=tra-source', '--import', 'tsx', main, ...argv], {
      env: { ...process.env, TRA_LANG: 'en', NODE_OPTIONS: '' },
    });
    let stdout = '';
    let stderr = '';
    let interrupted = false;
    child.stderr.on('data', (part) => {
      stderr += part;
    });
    child.stdout.on('data', (part) => {
      stdout += part;
      if (!interrupted) child.kill('SIGINT');
      interrupted = true;
    });
    const [status, signal] = await once(child, 'close');
    expect([status, signal]).toEqual([130, null]);
    const lines = stdout
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line));
    expect(lines.length).toBeGreaterThan(0);
    expect(lines.length).toBeLessThan(total);
    expect(stderr).toContain(`${lines.length} of ${total}`);
    // What was printed was written, and the other way round.
    const written = readdirSync(out).sort();
    expect(written).toEqual(lines.map(({ file }) => `${file.split('/').at(-1)}.report.json`).sort());
    for (const name of written) expect(() => JSON.parse(readFileSync(join(out, name), 'utf8'))).not.toThrow();
  }, 60_000);
});
