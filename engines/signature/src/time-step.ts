import type { ErrorParams } from '@tra/kernel';
import type { Check } from '@tra/pki';
import type { FoundTimestamp, TimestampKind } from './evidence/model.ts';
import type { StampedData, TimestampFacts } from './facts.ts';
import { finding } from './findings.ts';
import type { TrustContext } from './path-step.ts';
import type { TimestampReport } from './report.ts';
import type { FindingCode } from './rules.ts';
import { judgeToken } from './tokens.ts';

/** What the time-stamps of one signature show. */
export interface TimeOutcome {
  readonly checks: readonly Check[];
  /** The earliest time that a valid time-stamp proves. */
  readonly provenTime?: Date;
  readonly authority?: string;
  readonly timestamps: readonly TimestampReport[];
}

/** No time-stamp was looked at. */
export const noTime: TimeOutcome = { checks: [], timestamps: [] };

const findings: Readonly<Record<TimestampFacts['outcome'], FindingCode>> = {
  valid: 'signature.timestamp_valid',
  untrusted: 'signature.timestamp_untrusted',
  expired: 'signature.timestamp_certificate_expired',
  revoked: 'signature.timestamp_authority_revoked',
  revocation_unknown: 'signature.timestamp_status_unknown',
  other_data: 'signature.timestamp_other_data',
  invalid: 'signature.timestamp_invalid',
};

/** Time-stamps of other kinds than over the signature that are judged: they are not signed, so anyone can add more. */
const maximumOthers = 16;

interface Proof {
  readonly provenTime: Date;
  readonly authority: string;
}

interface Judged {
  readonly checks: readonly Check[];
  readonly report: TimestampReport;
  readonly proof?: Proof;
}

/**
 * Time-stamp validation (ETSI EN 319 102-1 clause 5.4) of every token over its data. Only a token that is valid in itself, covers this
 * data, comes from a trusted authority and does not lie after the time of judgement proves anything.
 */
export function proveTime(stamps: readonly StampedData[], kind: TimestampKind, trust: TrustContext): TimeOutcome {
  if (stamps.length === 0) return { checks: [finding('signature.timestamp_absent')], timestamps: [] };
  const judged = stamps.slice(0, trust.policy.maximumTimestamps).map((stamp) => judgeOne({ kind, ...stamp }, trust));
  return outcomeOf(judged);
}

/**
 * The same for everything in a signature. A broken time-stamp over the signature itself fails it; of those that were put on other things, or later on the
 * whole, a broken one is told and proves nothing. Every valid one that covers the signature proves its time.
 */
export function proveSignatureTime(
  own: readonly StampedData[],
  found: readonly FoundTimestamp[],
  trust: TrustContext,
): TimeOutcome {
  const direct = proveTime(own, 'signature', trust);
  const others = found.filter(({ kind }) => kind !== 'signature').slice(0, maximumOthers);
  const judged = others.map((stamp) => noteOne(stamp, trust));
  const proofs = outcomeOf(judged.filter((_, index) => others[index]?.covers.signature));
  const times = [direct, proofs].filter(({ provenTime }) => provenTime !== undefined).sort(byTime);
  const { authority, provenTime } = times[0] ?? {};
  return {
    checks: [...direct.checks, ...judged.flatMap(({ checks }) => checks)],
    timestamps: inOrder(found, direct.timestamps, judged),
    ...(provenTime ? { provenTime } : {}),
    ...(authority === undefined ? {} : { authority }),
  };
}

const byTime = (left: TimeOutcome, right: TimeOutcome): number =>
  (left.provenTime?.getTime() ?? 0) - (right.provenTime?.getTime() ?? 0);

/** Reports in the order in which the time-stamps stand in the signature. */
function inOrder(
  found: readonly FoundTimestamp[],
  direct: readonly TimestampReport[],
  judged: readonly Judged[],
): readonly TimestampReport[] {
  const queues = { direct: [...direct], others: judged.map(({ report }) => report) };
  return found.flatMap(({ kind }) => (kind === 'signature' ? queues.direct : queues.others).shift() ?? []);
}

function outcomeOf(judged: readonly Judged[]): TimeOutcome {
  const proofs = judged.flatMap(({ proof }) => (proof ? [proof] : []));
  const earliest = proofs.reduce<Proof | undefined>(
    (left, right) => (left && left.provenTime <= right.provenTime ? left : right),
    undefined,
  );
  return {
    checks: judged.flatMap(({ checks }) => checks),
    timestamps: judged.map(({ report }) => report),
    ...earliest,
  };
}

type Stamp = StampedData & Pick<FoundTimestamp, 'kind'> & Partial<FoundTimestamp>;

function judgeOne(stamp: Stamp, trust: TrustContext): Judged {
  const { facts, checks } = judgeToken(stamp, trust);
  const params = shown(facts);
  const report = (status: TimestampReport['status']): TimestampReport => reportOf(stamp, { facts, checks, status });
  if (stamp.missing) {
    return { checks: [finding('signature.timestamp_data_missing', params), ...checks], report: report('data_missing') };
  }
  if (facts.outcome !== 'valid' || !facts.time) {
    return { checks: [finding(findings[facts.outcome], params), ...checks], report: report(facts.outcome) };
  }
  const ahead = facts.time.getTime() - trust.at.getTime();
  if (ahead > trust.policy.clockToleranceMs) {
    return { checks: [finding('signature.timestamp_in_future', params), ...checks], report: report('in_future') };
  }
  return {
    checks: [finding('signature.timestamp_valid', params), ...checks],
    proof: { provenTime: facts.time, authority: facts.authority },
    report: report('valid'),
  };
}

const broken: readonly TimestampReport['status'][] = ['other_data', 'invalid', 'revoked'];

/** One sentence about a time-stamp that is not over the signature itself; its own checks stay with the token. */
function noteOne(stamp: FoundTimestamp, trust: TrustContext): Judged {
  const judged = judgeOne(stamp, trust);
  const { authority, status, time } = judged.report;
  const params = { kind: stamp.kind, authority, ...(time === undefined ? {} : { time }) };
  const code: FindingCode =
    status === 'valid'
      ? 'signature.timestamp_kept'
      : status === 'data_missing'
        ? 'signature.timestamp_data_missing'
        : broken.includes(status)
          ? 'signature.timestamp_broken'
          : 'signature.timestamp_untrusted';
  return { ...judged, checks: [finding(code, params)] };
}

function reportOf(
  stamp: Stamp,
  {
    checks,
    facts,
    status,
  }: { readonly facts: TimestampFacts; readonly checks: readonly Check[]; readonly status: TimestampReport['status'] },
): TimestampReport {
  const { covers, kind, missing, record, variant } = stamp;
  const { material, signature = false, signedData = true, timestamps = [] } = covers ?? {};
  const differs = checks.length === 0 || checks.some(({ code }) => mismatches.has(code));
  return {
    kind,
    ...(variant === undefined ? {} : { variant }),
    ...(record === undefined ? {} : { record }),
    ...(facts.time ? { time: facts.time.toISOString() } : {}),
    authority: facts.authority,
    status,
    imprint: missing ? 'data_missing' : differs ? 'differs' : 'matches',
    covers: {
      signedData,
      signature,
      certificates: material?.certificates.length ?? 0,
      revocations: (material?.crls.length ?? 0) + (material?.ocspResponses.length ?? 0),
      timestamps: timestamps.length,
    },
  };
}

const mismatches: ReadonlySet<string> = new Set([
  'timestamp.imprint_mismatch',
  'timestamp.imprint_algorithm_unsupported',
  'timestamp.imprint_algorithm_differs',
  'timestamp.imprint_not_compared',
  'timestamp.token_unreadable',
  'timestamp.not_a_token',
  'timestamp.statement_unreadable',
]);

function shown({ outcome, time, authority, reason, until, since }: TimestampFacts): ErrorParams {
  const params: Record<string, string> = { authority };
  if (time) params.time = time.toISOString();
  if (until) params.until = until.toISOString();
  if (outcome === 'revoked') params.since = since?.toISOString() ?? '-';
  if (outcome === 'invalid') params.reason = reason;
  return params;
}
