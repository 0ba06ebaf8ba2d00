import { certificateOf, type Data, first, goodData, type Policy, policyOf, verdictOf } from './data.ts';

export type Change = (data: Data, policy: Policy) => void;
export type Row = readonly [what: string, change: Change, verdict: string];

export function judged(change: Change): string {
  const data = goodData();
  const policy = policyOf();
  change(data, policy);
  return verdictOf(data, policy);
}

export const signer = (data: Data) => certificateOf(data, 'signer');
export const signature = (data: Data) => first(data.signatures);
export const stamp = (data: Data) => first(data.timestamps);
export const revocation = (data: Data, id: string) => first(data.revocations.filter((entry) => entry.id === id));
export const withoutTimestamps: Change = (data) => {
  data.timestamps = [];
  signature(data).timestamps = [];
};
export const revoked = (revocationTime: string, reason = 'keyCompromise') => ({
  revocation: 'ocsp',
  status: 'revoked' as const,
  revocationTime,
  reason,
});
