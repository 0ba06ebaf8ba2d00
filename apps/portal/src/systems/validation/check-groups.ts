import type { Verdict } from '@tra/kernel';
import type { Check } from '../../api/types.ts';

/** Steps of a validation as a reader meets them. */
export type CheckTopic = 'document' | 'signature' | 'certificates' | 'revocation' | 'time' | 'register';

export interface CheckGroup {
  readonly topic: CheckTopic;
  /** The worst of its checks. */
  readonly status: Verdict;
  readonly checks: readonly Check[];
}

const topics: readonly CheckTopic[] = ['document', 'signature', 'certificates', 'revocation', 'time', 'register'];

const rules: readonly (readonly [RegExp, CheckTopic])[] = [
  [/^signature\.licence/, 'register'],
  [/^(signature\.|timestamp\.|pki\.)(revocation|.*revoked)|^pki\.(crl|ocsp|not_revoked)/, 'revocation'],
  [/^timestamp\.|^signature\.(timestamp|claimed_time|renewal|hash_index)/, 'time'],
  [/^pki\.|^signature\.(path|signer_certificate|certificate|no_signer)/, 'certificates'],
  [
    /^pdf\.|^signature\.(byte_range|covers|extended|document|structure|content|container|file|hole|manifest|reference|format|too_many|hash)/,
    'document',
  ],
];

/**
 * The checks of a signature by what they are about, in the order of the process. What follows the finding about a time-stamp belongs to that
 * time-stamp: its message, its certificates and their status.
 */
export function groupChecks(checks: readonly Check[]): readonly CheckGroup[] {
  const found = new Map<CheckTopic, Check[]>();
  let inTime = false;
  for (const check of checks) {
    const own = rules.find(([pattern]) => pattern.test(check.code))?.[1] ?? 'signature';
    if (check.code.startsWith('signature.')) inTime = own === 'time';
    const topic = inTime ? 'time' : own;
    found.set(topic, [...(found.get(topic) ?? []), check]);
  }
  return topics.flatMap((topic) => {
    const own = found.get(topic);
    return own ? [{ topic, status: worstOf(own), checks: own }] : [];
  });
}

function worstOf(checks: readonly Check[]): Verdict {
  if (checks.some(({ status }) => status === 'failed')) return 'failed';
  return checks.some(({ status }) => status === 'indeterminate') ? 'indeterminate' : 'passed';
}
