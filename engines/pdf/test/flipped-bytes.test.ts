import { concatBytes, equalBytes } from '@tra/kernel';
import { describe, expect, it } from 'vitest';
import { type PdfReport, readPdf } from '../src/index.ts';
import { blankPdf } from '../src/testing.ts';
import { prepare, streamPdf, token } from './support/samples.ts';

/** Whether some signature still covers exactly the bytes of the original, without any fault: a change nobody would notice. */
function unnoticed(report: PdfReport, original: Uint8Array): boolean {
  return report.signatures.some(
    (signature) =>
      signature.problems.length === 0 &&
      signature.coversWholeDocument &&
      equalBytes(concatBytes(...signature.signedParts), original),
  );
}

describe.each([
  ['a classic cross-reference table', blankPdf()],
  ['a cross-reference stream', streamPdf()],
])('one changed byte outside the hole of a signature, in a file with %s', (_, pdf) => {
  const prepared = prepare(pdf, { reason: 'ทดสอบ' });
  const signed = prepared.insert(token);
  const original = concatBytes(...prepared.signedParts);
  const [, holeStart, holeEnd] = prepared.byteRange;

  it('finds the signature whole at first', () => {
    expect(unnoticed(readPdf(signed), original)).toBe(true);
  });

  it.each([0x01, 0x20, 0x80, 0xff])('is noticed at every place when changed by %i', (mask) => {
    for (let at = 0; at < signed.length; at += 1) {
      // The angle brackets themselves lie outside the hole's digits and are flipped too.
      if (at > holeStart && at < holeEnd - 1) continue;
      const flipped = signed.slice();
      flipped[at] = (flipped[at] ?? 0) ^ mask;
      const report = readPdf(flipped);
      expect(report.signatures.length, `byte ${at}`).toBeGreaterThan(0);
      expect(unnoticed(report, original), `byte ${at}`).toBe(false);
    }
  });

  it('is noticed when two bytes next to each other are changed', () => {
    for (let at = 0; at + 1 < signed.length; at += 1) {
      if (at + 1 >= holeStart && at < holeEnd) continue;
      const flipped = signed.slice();
      flipped[at] = (flipped[at] ?? 0) ^ 0x55;
      flipped[at + 1] = (flipped[at + 1] ?? 0) ^ 0x55;
      expect(unnoticed(readPdf(flipped), original), `byte ${at}`).toBe(false);
    }
  });
});
