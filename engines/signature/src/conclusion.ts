import type { Verdict } from '@tra/kernel';
import type { Check } from '@tra/pki';
import type { ProcessVerdict } from './process-verdicts.ts';
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
  return concludeComplete(checks, kind);
}

function concludeComplete(checks: readonly Check[], kind: 'signature' | 'timestamp'): Conclusion {
  const wanted = kind === 'signature' ? required : requiredOfTimestamp;
  const complete = wanted.every((code) => checks.some((check) => check.code === code));
  return complete
    ? { verdict: 'passed', indication: 'TOTAL_PASSED' }
    : { verdict: 'indeterminate', indication: 'INDETERMINATE' };
}

const rank: Readonly<Record<Verdict, number>> = { failed: 0, indeterminate: 1, passed: 2 };

/** Clauses whose findings the process judges with everything that it knows of the past. */
const judgedByProcess: ReadonlySet<string> = new Set(['5.2.3', '5.2.5', '5.2.6', '5.4', '5.5', '5.6']);

/**
 * The conclusion from the findings together with that of the process of EN 319 102-1: the worse of both. Where both are equally bad, the process names the
 * reason, unless a finding that it does not know decides.
 */
export function concludeWith(
  checks: readonly Check[],
  kind: 'signature' | 'timestamp',
  process: ProcessVerdict | undefined,
): Conclusion {
  const own = conclude(checks, kind);
  if (!process || rank[process.verdict] > rank[own.verdict] || process.verdict === 'passed') return own;
  const conclusion = conclusionOf(process);
  if (rank[process.verdict] < rank[own.verdict]) return conclusion;
  // The process says "general failure" of revocations that cannot be used; a finding that says why comes first.
  if (own.subIndication !== undefined && process.subIndication === 'CERTIFICATE_CHAIN_GENERAL_FAILURE') return own;
  const decisive = checks.find((check) => check.status === own.verdict && ruleOf(check)?.subIndication !== undefined);
  const clause = decisive && ruleOf(decisive)?.clause;
  const known = own.subIndication === undefined || (clause !== undefined && judgedByProcess.has(clause));
  return known ? conclusion : own;
}

function conclusionOf({ subIndication, verdict }: ProcessVerdict): Conclusion {
  const indication = verdict === 'failed' ? 'TOTAL_FAILED' : 'INDETERMINATE';
  return { verdict, indication, ...(subIndication === undefined ? {} : { subIndication }) };
}

/** The conclusion over several signatures: a failed one before an open one before those that passed. Where there is none, nothing can be said. */
export function worstConclusion(conclusions: readonly Conclusion[]): Conclusion {
  return (
    conclusions.find(({ verdict }) => verdict === 'failed') ??
    conclusions.find(({ verdict }) => verdict === 'indeterminate') ??
    conclusions[0] ?? { verdict: 'indeterminate', indication: 'INDETERMINATE' }
  );
}
