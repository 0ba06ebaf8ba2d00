import type { ValidationReport } from '../../api/types.ts';

export type NextStepKey =
  | 'validate.next.passed'
  | 'validate.next.failed'
  | 'validate.next.indeterminate'
  | 'validate.next.no_longer'
  | 'validate.next.not_signed'
  | 'validate.next.not_a_document';

/** Which sentence tells a reader what to do with a document that was checked. */
export function nextStepOf(
  report: Pick<ValidationReport, 'verdict' | 'summary' | 'answers' | 'document'>,
): NextStepKey {
  const tail = report.summary.code.split('.').at(-1);
  if (tail === 'not_a_document' || report.document.type === 'unknown') return 'validate.next.not_a_document';
  if (tail === 'not_signed') return 'validate.next.not_signed';
  const genuine = report.answers.every((answer) => answer.question === 'status' || answer.status === 'passed');
  const status = report.answers.find((answer) => answer.question === 'status');
  if (genuine && status?.status === 'failed') return 'validate.next.no_longer';
  return `validate.next.${report.verdict}`;
}
