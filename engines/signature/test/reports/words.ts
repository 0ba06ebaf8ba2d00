import type { ErrorParams } from '@tra/kernel';
import type { DiagnosticData, ReportLanguage, ReportSource, ValidationReport } from '../../src/index.ts';
import { archived, type Data, goodData, run } from '../process/data.ts';

/** Keys and values instead of words. */
export const testLanguage: ReportLanguage = {
  language: 'en',
  translate: (key: string, params: ErrorParams = {}) =>
    Object.keys(params).length === 0 ? key : `${key} ${Object.values(params).join(' ')}`,
  has: (key: string) => key.includes('.'),
  formatTime: (time: string) => `<${time}>`,
};

/** A report with one signature whose signer is `certificate`. */
export function simpleReport(certificate: string, more: Partial<ValidationReport> = {}): ValidationReport {
  const check = { code: 'signature.path_trusted', status: 'passed', clause: 'EN 319 102-1 5.2.6' } as const;
  const answer = { status: 'passed', params: {}, checks: [check] } as const;
  return {
    verdict: 'passed',
    indication: 'TOTAL_PASSED',
    summary: { code: 'validation.summary.passed', params: {} },
    advice: { code: 'validation.advice.passed', params: {} },
    document: { name: 'a.pdf', size: 7, sha256: 'ab'.repeat(32), type: 'pdf' },
    answers: [
      { question: 'unchanged', code: 'validation.unchanged.intact', ...answer },
      { question: 'signer', code: 'validation.signer.trusted', ...answer, params: { name: 'Somchai' } },
      { question: 'time', code: 'validation.time.proven', ...answer, params: { time: '2026-06-01T10:00:00Z' } },
      { question: 'status', code: 'validation.status.certificate_good', ...answer },
    ],
    signatures: [
      {
        id: 'S1',
        level: 'PAdES-B-T',
        timestamps: [
          {
            kind: 'signature',
            time: '2026-06-01T10:00:00Z',
            authority: 'Time',
            status: 'valid',
            imprint: 'matches',
            covers: { signedData: true, signature: true, certificates: 1, revocations: 0, timestamps: 0 },
          },
        ],
        signer: { text: 'CN=signer', issuer: 'CN=ca', certificateSha256: certificate },
        chain: [],
        verdict: 'passed',
        indication: 'TOTAL_PASSED',
        checks: [check],
      },
    ],
    attachments: [{ name: 'a.xml', size: 3, sha256: 'cd'.repeat(32), relationship: 'Data' }],
    policy: 'tra-2026',
    validatedAt: '2026-06-03T00:00:00Z',
    ...more,
  };
}

/** A report with the data behind it. */
export function sourceOf(data: Data = archived(goodData()), more: Partial<ValidationReport> = {}): ReportSource {
  return { report: simpleReport('signer', more), detailed: run(data), diagnostic: data as DiagnosticData };
}
