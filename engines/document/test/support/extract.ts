import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { getDocument } from 'pdfjs-dist/legacy/build/pdf.mjs';

/** Whether a program is installed; a notice says so when it is not. */
export function installed(program: string): boolean {
  const found = spawnSync(program, ['--version'], { stdio: 'ignore' }).error === undefined;
  if (!found) console.warn(`notice: ${program} is not installed, its tests are skipped`);
  return found;
}

/** Runs `work` with the PDF in a temporary folder. */
export function withFile<T>(pdf: Uint8Array, work: (path: string, folder: string) => T): T {
  const folder = mkdtempSync(join(tmpdir(), 'tra-document-'));
  try {
    const path = join(folder, 'document.pdf');
    writeFileSync(path, pdf);
    return work(path, folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

const lines = (text: string): string[] =>
  text
    .split(/[\n\f]/)
    .map((line) => line.trim())
    .filter((line) => line !== '');

/** Lines that poppler's pdftotext extracts. */
export function popplerLines(pdf: Uint8Array): string[] {
  return withFile(pdf, (path) => lines(execFileSync('pdftotext', [path, '-'], { encoding: 'utf8' })));
}

/** Lines that pdf.js extracts, in content order. */
export async function pdfjsLines(pdf: Uint8Array): Promise<string[]> {
  const task = getDocument({ data: pdf.slice(), useSystemFonts: false, verbosity: 0 });
  const document = await task.promise;
  const found: string[] = [];
  for (let number = 1; number <= document.numPages; number += 1) {
    const page = await document.getPage(number);
    const { items } = await page.getTextContent();
    let text = '';
    for (const item of items) if ('str' in item) text += item.str + (item.hasEOL ? '\n' : '');
    found.push(...lines(text));
  }
  await task.destroy();
  return found;
}

/** Extracted lines without the foot of each page. */
export function bodyOf(extracted: readonly string[], id = 'ID-1'): string[] {
  const numbers = String.raw`(?:หน้า \d+ จาก \d+|Page \d+ of \d+)`;
  const foot = new RegExp(`^(?:${id}|${numbers}|${id} +${numbers})$`);
  return extracted.filter((line) => !foot.test(line));
}
