import type { Verdict } from '@tra/kernel';
import type { Check } from '@tra/pki';
import type { Indication, SubIndication } from './report.ts';
import { type FindingCode, type Rule, rules } from './rules.ts';

/** Indication and sub-indication of one signature, and the verdict in plain terms. */
export interface Conclusion {
  readonly verdict: Verdict;
  readonly indication: Indication;
  readonly subIndication?: SubIndication;
}

/** What must have been found for a signature to pass; a finding that is absent is never taken for granted. */
const required: readonly FindingCode[] = [
  'signature.format_recognised',
  'signature.signer_certificate_found',
  'signature.hash_matches',
  'signature.value_valid',
  'signature.algorithm_accepted',
  'signature.path_trusted',
];

/** What a time-stamp over a document or over given data must show to pass. */
const requiredOfTimestamp: readonly FindingCode[] = ['signature.format_recognised', 'signature.timestamp_valid'];

function ruleOf(check: Check): Rule | undefined {
  return Object.hasOwn(rules, check.code) ? rules[check.code as FindingCode] : undefined;
}

/**
 * Concludes from the findings about one signature (ETSI EN 319 102-1 clause 5.3.4): the first failing one decides, else the
 * first open one, else it passed, provided that everything required was really found.
 */
export function conclude(checks: readonly Check[], kind: 'signature' | 'timestamp'): Conclusion {
  for (const [status, indication] of [
    ['failed', 'TOTAL_FAILED'],
    ['indeterminate', 'INDETERMINATE'],
  ] as const) {
    for (const check of checks) {
      const subIndication = ruleOf(check)?.subIndication;
      if (check.status === status && subIndication) return { verdict: status, indication, subIndication };
    }
  }
  const wanted = kind === 'signature' ? required : requiredOfTimestamp;
  const complete = wanted.every((code) => checks.some((check) => check.code === code));
  return complete
    ? { verdict: 'passed', indication: 'TOTAL_PASSED' }
    : { verdict: 'indeterminate', indication: 'INDETERMINATE' };
}

/** The conclusion over several signatures: a failed one before an open one before those that passed. */
export function worstConclusion(conclusions: readonly Conclusion[]): Conclusion {
  return (
    conclusions.find(({ verdict }) => verdict === 'failed') ??
    conclusions.find(({ verdict }) => verdict === 'indeterminate') ??
    conclusions[0] ?? { verdict: 'failed', indication: 'TOTAL_FAILED', subIndication: 'FORMAT_FAILURE' }
  );
}
