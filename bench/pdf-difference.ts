// npm run -s bench -- pdf-difference
// Signed PDF files per CPU-second, read and compared with what each of their signatures covers; beside it the rate at which the same
// bytes are hashed twice, which any validation must do at least. The files are the PAdES documents of ../shared/corpora/ades, or the
// samples of the tests where that folder is absent. TRA_TEST_BENCH_PASSES sets the number of passes.
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { compareRevisions, readPdf } from '@tra/pdf';
import { legitimateUpdates, pdfAttacks } from '@tra/pdf/testing';
import type { BenchResult } from './main.ts';

const passes = Number(process.env.TRA_TEST_BENCH_PASSES ?? 5);
const corpus = fileURLToPath(new URL('../../shared/corpora/ades/documents/dss-pades/', import.meta.url));

async function documents(): Promise<readonly Uint8Array[]> {
  if (!existsSync(corpus)) return Promise.all([...legitimateUpdates, ...pdfAttacks].map((sample) => sample.build()));
  const names = readdirSync(corpus, { recursive: true }).map(String);
  return names.filter((name) => name.endsWith('.pdf')).map((name) => new Uint8Array(readFileSync(`${corpus}${name}`)));
}

/** Median over several passes of how many files are done per CPU-second. */
function rateOf(files: readonly Uint8Array[], work: (file: Uint8Array) => void): number {
  const rates = Array.from({ length: passes }, () => {
    const before = process.cpuUsage();
    for (const file of files) work(file);
    const used = process.cpuUsage(before);
    return files.length / ((used.user + used.system) / 1e6);
  });
  return rates.sort((left, right) => left - right)[passes >> 1] ?? 0;
}

/** Compares every file with its signed revisions. */
export async function run(): Promise<BenchResult> {
  const files = await documents();
  if (files.length === 0) throw new Error('no documents');
  let compared = 0;
  const judge = (file: Uint8Array): void => {
    compared += compareRevisions(file, readPdf(file).signatures).length;
  };
  for (const file of files) judge(file);
  const signatures = compared;
  const rate = rateOf(files, judge);
  const limit = rateOf(files, (file) => {
    for (let index = 0; index < 2; index += 1) createHash('sha256').update(file).digest();
  });
  const slowest = Math.max(
    ...files.map((file) => {
      const before = process.cpuUsage();
      judge(file);
      const used = process.cpuUsage(before);
      return (used.user + used.system) / 1000;
    }),
  );
  return {
    bench: 'pdf-difference',
    rate: Math.round(rate),
    limit: Math.round(limit),
    ratio: Math.round((rate / limit) * 1000) / 1000,
    files: files.length,
    signatures,
    slowestMilliseconds: Math.round(slowest),
  };
}
