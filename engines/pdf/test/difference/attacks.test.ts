import { describe, expect, it } from 'vitest';
import { compareRevisions, type PdfReport, type RevisionDifference, readPdf } from '../../src/index.ts';
import { legitimateUpdates, pdfAttacks, signedSample } from '../../src/testing.ts';

interface Judged {
  readonly report: PdfReport;
  readonly differences: readonly RevisionDifference[];
}

function judge(pdf: Uint8Array): Judged {
  const report = readPdf(pdf);
  return { report, differences: compareRevisions(pdf, report.signatures) };
}

const codesOf = ({ differences }: Judged): string[] =>
  differences.flatMap(({ changes }) => changes.filter(({ verdict }) => verdict !== 'allowed').map(({ code }) => code));

/** Whether the oldest signature is refused: its dictionary breaks a rule, or what followed is forbidden. */
function refused({ report, differences }: Judged): boolean {
  if (report.problems.some(({ code }) => code === 'pdf.xref_rebuilt')) return true;
  const [victim] = report.signatures;
  return victim === undefined || victim.problems.length > 0 || differences[0]?.verdict === 'forbidden';
}

describe('attacks on signed documents', () => {
  it('are many, of every published class, each with a name of its own', () => {
    expect(pdfAttacks.length).toBeGreaterThanOrEqual(80);
    expect(new Set(pdfAttacks.map(({ name }) => name)).size).toBe(pdfAttacks.length);
    expect(new Set(pdfAttacks.map((attack) => attack.class)).size).toBe(10);
  });

  it.each(pdfAttacks.map((attack) => [attack.class, attack.name, attack] as const))('%s: %s', async (_, __, attack) => {
    const judged = judge(await attack.build());
    expect(refused(judged), codesOf(judged).join(', ')).toBe(true);
  });
});

describe('updates that the signer permits', () => {
  it('are many', () => expect(legitimateUpdates.length).toBeGreaterThanOrEqual(25));

  it.each(legitimateUpdates.map((update) => [update.name, update] as const))('%s', async (_, update) => {
    const judged = judge(await update.build());
    expect(judged.report.problems).toEqual([]);
    expect(judged.report.signatures.flatMap(({ problems }) => problems)).toEqual([]);
    expect(codesOf(judged)).toEqual([]);
  });

  it('leave the signature alone when there are none', async () => {
    const { differences } = judge(await signedSample());
    expect(differences.map(({ verdict }) => verdict)).toEqual(['unchanged']);
  });
});
