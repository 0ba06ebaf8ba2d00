import type { ErrorParams } from '@tra/kernel';
import type { Check } from '@tra/pki';
import type { StampedData, TimestampFacts } from './facts.ts';
import { finding } from './findings.ts';
import type { TrustContext } from './path-step.ts';
import type { FindingCode } from './rules.ts';
import { judgeToken } from './tokens.ts';

/** What the time-stamps of one signature show. */
export interface TimeOutcome {
  readonly checks: readonly Check[];
  /** The earliest time that a valid time-stamp proves. */
  readonly provenTime?: Date;
  readonly authority?: string;
}

const findings: Readonly<Record<TimestampFacts['outcome'], FindingCode>> = {
  valid: 'signature.timestamp_valid',
  untrusted: 'signature.timestamp_untrusted',
  expired: 'signature.timestamp_certificate_expired',
  revoked: 'signature.timestamp_authority_revoked',
  revocation_unknown: 'signature.timestamp_status_unknown',
  other_data: 'signature.timestamp_other_data',
  invalid: 'signature.timestamp_invalid',
};

/**
 * Time-stamp validation (ETSI EN 319 102-1 clause 5.4) of every token over its data. Only a token that is valid in itself, covers this
 * data, comes from a trusted authority and does not lie after the time of judgement proves anything.
 */
export function proveTime(stamps: readonly StampedData[], trust: TrustContext): TimeOutcome {
  if (stamps.length === 0) return { checks: [finding('signature.timestamp_absent')] };
  const judged = stamps.slice(0, trust.policy.maximumTimestamps).map((stamp) => judgeOne(stamp, trust));
  const proofs = judged.flatMap(({ proof }) => (proof ? [proof] : []));
  const earliest = proofs.reduce<Proof | undefined>(
    (left, right) => (left && left.provenTime <= right.provenTime ? left : right),
    undefined,
  );
  return { checks: judged.flatMap(({ checks }) => checks), ...earliest };
}

interface Proof {
  readonly provenTime: Date;
  readonly authority: string;
}

function judgeOne(
  stamp: StampedData,
  trust: TrustContext,
): { readonly checks: readonly Check[]; readonly proof?: Proof } {
  const { facts, checks } = judgeToken(stamp, trust);
  const params = shown(facts);
  if (facts.outcome !== 'valid' || !facts.time)
    return { checks: [finding(findings[facts.outcome], params), ...checks] };
  const ahead = facts.time.getTime() - trust.at.getTime();
  if (ahead > trust.policy.clockToleranceMs) {
    return { checks: [finding('signature.timestamp_in_future', params), ...checks] };
  }
  return {
    checks: [finding('signature.timestamp_valid', params), ...checks],
    proof: { provenTime: facts.time, authority: facts.authority },
  };
}

function shown({ outcome, time, authority, reason, until, since }: TimestampFacts): ErrorParams {
  const params: Record<string, string> = { authority };
  if (time) params.time = time.toISOString();
  if (until) params.until = until.toISOString();
  if (outcome === 'revoked') params.since = since?.toISOString() ?? '-';
  if (outcome === 'invalid') params.reason = reason;
  return params;
}
