import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { concatBytes } from '@tra/kernel';
import { type PreparedSignature, prepareSignature, type SignatureOptions } from '../../src/index.ts';
import { blankPdf } from '../../src/testing.ts';

export const latin1 = (bytes: Uint8Array): string => Buffer.from(bytes).toString('latin1');
export const bytesOf = (text: string): Uint8Array => new Uint8Array(Buffer.from(text, 'latin1'));

/** Stands for a CMS: a SEQUENCE of one INTEGER. */
export const token: Uint8Array = Uint8Array.of(0x30, 0x03, 0x02, 0x01, 0x05);

export const signingTime = new Date('2026-11-21T03:04:05Z');

export function prepare(pdf: Uint8Array, options: Partial<SignatureOptions> = {}): PreparedSignature {
  return prepareSignature(pdf, { signingTime, contentsBytes: 64, ...options });
}

/** A blank page with one signature. */
export const signedPdf = (): Uint8Array => prepare(blankPdf(), { reason: 'ทดสอบ' }).insert(token);

/** A file of the given objects with a classic cross-reference table. */
export function classicPdf(objects: readonly string[], extra = ''): Uint8Array {
  let text = '%PDF-1.7\n';
  let table = `xref\n0 ${objects.length + 1}\n0000000000 65535 f \n`;
  for (const [index, object] of objects.entries()) {
    table += `${String(text.length).padStart(10, '0')} 00000 n \n`;
    text += `${index + 1} 0 obj\n${object}\nendobj\n`;
  }
  const place = text.length;
  return bytesOf(
    `${text}${table}trailer\n<< /Size ${objects.length + 1} /Root 1 0 R ${extra} >>\nstartxref\n${place}\n%%EOF\n`,
  );
}

/** A file whose cross-references are an uncompressed stream, with the catalog inside an object stream. */
export function streamPdf(): Uint8Array {
  const inner = ['<< /Type /Catalog /Pages 2 0 R >>', '<< /Type /Pages /Kids [3 0 R] /Count 1 >>'];
  const head = `1 0 2 ${(inner[0] ?? '').length + 1} `;
  const body = `${head}${inner.join(' ')}`;
  let text = '%PDF-1.7\n';
  const page = text.length;
  text += '3 0 obj\n<< /Type /Page /Parent 2 0 R /MediaBox [0 0 200 100] >>\nendobj\n';
  const container = text.length;
  text += `4 0 obj\n<< /Type /ObjStm /N 2 /First ${head.length} /Length ${body.length} >>\nstream\n${body}\nendstream\nendobj\n`;
  const xref = text.length;
  const row = (type: number, second: number, third: number): number[] => [type, second >> 8, second & 0xff, third];
  const data = [
    row(0, 0, 255),
    row(2, 4, 0),
    row(2, 4, 1),
    row(1, page, 0),
    row(1, container, 0),
    row(1, xref, 0),
  ].flat();
  const dict = `<< /Type /XRef /Size 6 /W [1 2 1] /Root 1 0 R /Length ${data.length} >>`;
  return concatBytes(
    bytesOf(`${text}5 0 obj\n${dict}\nstream\n`),
    Uint8Array.from(data),
    bytesOf(`\nendstream\nendobj\nstartxref\n${xref}\n%%EOF\n`),
  );
}

/** Whether a program is installed; a notice says so when it is not. */
export function installed(program: string): boolean {
  const found = spawnSync(program, ['--version'], { stdio: 'ignore' }).error === undefined;
  if (!found) console.warn(`notice: ${program} is not installed, its tests are skipped`);
  return found;
}

/** Runs a program on the PDF; `{in}` and `{out}` in its arguments are files. */
export function run(
  pdf: Uint8Array,
  program: string,
  args: readonly string[],
): { status: number; text: string; out: () => Uint8Array } {
  const folder = mkdtempSync(join(tmpdir(), 'tra-pdf-'));
  try {
    writeFileSync(join(folder, 'in.pdf'), pdf);
    const filled = args.map((arg) => arg.replace('{in}', join(folder, 'in.pdf')).replace('{out}', join(folder, 'out')));
    const result = spawnSync(program, filled, { encoding: 'utf8' });
    let out: Uint8Array | undefined;
    try {
      out = new Uint8Array(readFileSync(join(folder, 'out')));
    } catch {
      out = undefined;
    }
    return {
      status: result.status ?? -1,
      text: result.stdout + result.stderr,
      out: () => {
        if (!out) throw new Error(`${program} wrote nothing: ${result.stderr}`);
        return out;
      },
    };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
