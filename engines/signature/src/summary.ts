import type { Conclusion } from './conclusion.ts';
import type { Answer, Finding, LicenceStatus, ValidationReport } from './report.ts';

type Answers = ValidationReport['answers'];

/** The one-line answer that goes with an answer code; the first row that applies is the summary. */
const fromAnswers: readonly (readonly [answer: string, summary: string])[] = [
  ['validation.unchanged.unreadable', 'not_a_document'],
  ['validation.unchanged.locked', 'locked'],
  ['validation.unchanged.not_signed', 'not_signed'],
  ['validation.unchanged.line_ends', 'line_ends'],
  ['validation.unchanged.modified', 'modified'],
  ['validation.unchanged.extended_after_signing', 'extended_after_signing'],
  ['validation.unchanged.wrapped', 'wrapped'],
  ['validation.signer.unreadable', 'signature_unreadable'],
  ['validation.signer.signature_invalid', 'signature_invalid'],
  ['validation.signer.certificate_revoked', 'certificate_revoked'],
  ['validation.signer.certificate_not_yet_valid', 'certificate_not_yet_valid'],
  ['validation.time.invalid', 'time_invalid'],
  ['validation.status.revoked', 'licence_revoked'],
  ['validation.status.expired', 'licence_expired'],
  ['validation.status.not_yet_valid', 'licence_not_yet_valid'],
  ['validation.status.suspended', 'licence_suspended'],
  ['validation.status.superseded', 'licence_superseded'],
  ['validation.status.other_document', 'licence_other_document'],
  ['validation.unchanged.method_unknown', 'method_unknown'],
  ['validation.unchanged.extended_in_doubt', 'extended_in_doubt'],
  ['validation.unchanged.partly_signed', 'partly_signed'],
  ['validation.unchanged.ambiguous', 'ambiguous'],
  ['validation.unchanged.encrypted', 'encrypted'],
  ['validation.unchanged.octets_needed', 'octets_needed'],
  ['validation.unchanged.content_missing', 'content_missing'],
  ['validation.signer.untrusted', 'untrusted_signer'],
  ['validation.signer.certificate_expired', 'certificate_expired'],
  ['validation.signer.certificate_invalid', 'certificate_invalid'],
  ['validation.signer.unknown', 'unknown_signer'],
  ['validation.signer.constraints_unmet', 'constraints_unmet'],
  ['validation.status.unknown', 'revocation_unknown'],
];

const others: readonly string[] = ['passed', 'passed_without_time', 'weak_algorithm', 'failed', 'indeterminate'];

/** Tails of every summary code; `validation.advice.<tail>` says what to do next. */
export const summaryTails: readonly string[] = [...fromAnswers.map(([, tail]) => tail), ...others];

/** Summary and advice for a report. */
export function summarise(
  answers: Answers,
  conclusion: Conclusion,
  licence: LicenceStatus | undefined,
): { readonly summary: Finding; readonly advice: Finding } {
  const tail = tailFor(answers, conclusion);
  const params = { ...answers[1].params, ...answers[2].params, ...answers[0].params };
  if (licence)
    Object.assign(params, {
      number: licence.number,
      since: licence.statusSince,
      from: licence.validFrom,
      until: licence.validTo,
    });
  return {
    summary: { code: `validation.summary.${tail}`, params },
    advice: { code: `validation.advice.${tail}`, params },
  };
}

function tailFor(answers: Answers, conclusion: Conclusion): string {
  if (conclusion.verdict === 'passed') {
    return answers[2].status === 'passed' ? 'passed' : 'passed_without_time';
  }
  const isUnknown = answers.some(({ code }) => code === 'validation.unchanged.method_unknown');
  if (!isUnknown && conclusion.subIndication?.startsWith('CRYPTO_CONSTRAINTS_FAILURE')) return 'weak_algorithm';
  const telling = answers.filter(({ status }) => status === conclusion.verdict);
  for (const [code, tail] of fromAnswers) if (telling.some((answer: Answer) => answer.code === code)) return tail;
  return conclusion.verdict;
}
