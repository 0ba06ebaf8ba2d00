import { expect, test } from 'vitest';
import { readPdf } from '../src/index.ts';

const size = 8_000_000;
const filled = (text: string): Uint8Array =>
  new TextEncoder().encode(`%PDF-1.7\n${text.repeat(Math.floor(size / text.length))}\n%%EOF`);

// Each of these once kept a reader busy for a second per megabyte or more: many tiny tokens, failed attempts, deep nesting.
test.each([
  '/',
  '<</ByteRange',
  '/Type/Sig ',
  '/SubFilter<<',
  '<</Type/Sig/ByteRange[0 1 2 3]/Contents<00>>>',
  '1 0 obj<</Type/ObjStm>>stream\n',
  '1 0 obj<<>>endobj ',
  '1 0 obj[[[[[[[[[[[[[[[[[[[[[[[[',
  'trailer<<',
  'startxref\n0\n',
  'xref\n0 1\n',
  'stream\n',
  '(((',
  '<',
  '%\n',
])('a file full of %j is given up within bounds', (text) => {
  const before = process.cpuUsage();
  const report = readPdf(filled(text));
  const { user, system } = process.cpuUsage(before);
  expect(report.signatures.every((signature) => signature.problems.length > 0)).toBe(true);
  expect(report.problems.length).toBeGreaterThan(0);
  // A bound, not a benchmark: ten times what it takes.
  expect((user + system) / 1e6).toBeLessThan(15);
});
