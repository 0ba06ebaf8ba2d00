import type { Check } from '@tra/pki';
import { finding } from '../findings.ts';
import type { Evidence } from './model.ts';

/** What there is to say about evidence apart from each token's own verification. */
export function evidenceChecks({ policy, timestamps }: Evidence): readonly Check[] {
  const indexes = timestamps.filter(({ unmatched = 0 }) => unmatched > 0);
  return [
    ...indexes.map(({ unmatched = 0 }) => finding('signature.hash_index_unmatched', { count: unmatched })),
    ...policyChecks(policy),
  ];
}

function policyChecks(policy: Evidence['policy']): readonly Check[] {
  if (policy === 'malformed') return [finding('signature.policy_unreadable')];
  if (!policy?.document) return [];
  const code = policy.document === 'matches' ? 'signature.policy_matches' : 'signature.policy_differs';
  return [finding(code, { policy: policy.id.slice(0, 200) })];
}
