import { type Check, type PathReport, validatePath } from '@tra/pki';
import { type TokenReport, verifyToken } from '@tra/timestamp';
import type { StampedData, TimestampFacts } from './facts.ts';
import type { TrustContext } from './path-step.ts';

/** A token with every check that was made on it. */
export interface JudgedToken {
  readonly facts: TimestampFacts;
  readonly checks: readonly Check[];
}

/** Revocation reasons after which earlier tokens keep their value (RFC 3161 section 4 item 1); silence is not among them. */
const harmless: ReadonlySet<string> = new Set(['affiliationChanged', 'superseded', 'cessationOfOperation']);

/**
 * Judges one time-stamp token over its data: first the token itself, then the path of its authority at genTime, then what became of
 * the authority until the time of judgement. Without a later proof of existence an expired authority proves nothing any more
 * (ETSI EN 319 102-1 clause 5.4.4).
 */
export function judgeToken({ data, digest, token }: StampedData, trust: TrustContext): JudgedToken {
  const report = verifyToken({
    token,
    ...(digest ? { digest } : { data }),
    anchors: trust.anchors,
    intermediates: trust.intermediates,
    crls: trust.crls,
    ocspResponses: trust.ocspResponses ?? [],
    now: trust.at,
    revocation: trust.policy.revocationRequired ? 'require' : 'prefer',
  });
  return { facts: { ...outcomeOf(report, trust), ...named(report) }, checks: report.checks };
}

function named({ certificate, genTime, code }: TokenReport): Omit<TimestampFacts, 'outcome'> {
  const { subject } = certificate ?? {};
  return {
    reason: code,
    authority: subject?.get('CN') ?? subject?.text ?? '-',
    ...(genTime ? { time: genTime } : {}),
  };
}

type Outcome = Pick<TimestampFacts, 'outcome' | 'since' | 'until'>;

function outcomeOf(report: TokenReport, trust: TrustContext): Outcome {
  const ofPath = new Set(report.path?.checks);
  const own = report.checks.filter((check) => !ofPath.has(check));
  if (own.some(({ code }) => code === 'timestamp.imprint_mismatch')) return { outcome: 'other_data' };
  if (own.some(({ status }) => status === 'failed')) return { outcome: 'invalid' };
  const { genTime, path } = report;
  if (!path || !genTime || own.some(({ status }) => status !== 'passed')) return { outcome: 'untrusted' };
  if (path.revocation.status === 'revoked') return { outcome: 'revoked', ...sinceOf(path) };
  if (path.code === 'pki.revocation_unknown') return { outcome: 'revocation_unknown' };
  if (path.verdict !== 'passed') return { outcome: 'untrusted' };
  return outcomeSince(path, genTime, trust);
}

function sinceOf({ revocation }: PathReport): Pick<TimestampFacts, 'since'> {
  return revocation.since ? { since: revocation.since } : {};
}

/** The authority at the time of judgement: a key that fell into other hands may have stamped any time. */
function outcomeSince(path: PathReport, genTime: Date, trust: TrustContext): Outcome {
  const [certificate] = path.path;
  if (!certificate || trust.at <= genTime) return { outcome: 'valid' };
  const now = validatePath({
    certificate: certificate.der,
    intermediates: path.path.map(({ der }) => der),
    anchors: trust.anchors,
    crls: trust.crls,
    ocspResponses: trust.ocspResponses ?? [],
    at: trust.at,
    purpose: 'time-stamping',
    revocation: 'prefer',
  });
  const { revocation } = now;
  if (revocation.status === 'revoked' && !harmless.has(revocation.reason ?? '')) {
    return { outcome: 'revoked', ...sinceOf(now) };
  }
  return now.code === 'pki.expired' ? { outcome: 'expired', until: certificate.notAfter } : { outcome: 'valid' };
}
