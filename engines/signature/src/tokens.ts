import { type Check, type PathReport, validatePath } from '@tra/pki';
import { type TokenReport, type VerifyTokenOptions, verifyToken } from '@tra/timestamp';
import { imprintDigest, readToken } from './evidence/token.ts';
import type { StampedData, TimestampFacts } from './facts.ts';
import { anchorSetOf } from './gather/certificate-pool.ts';
import type { TrustContext } from './path-step.ts';
import { isKnownMethod } from './signature-method.ts';

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
 * (ETSI EN 319 102-1 clauses 5.4.4 and 5.6.3); such proofs are found by the process.
 */
export function judgeToken({ data, digest, token }: StampedData, trust: TrustContext): JudgedToken {
  const report = verifyToken({
    token,
    ...imprintOf(data, digest, token),
    anchors: anchorSetOf(trust.anchors),
    intermediates: trust.intermediates,
    crls: trust.crls,
    ocspResponses: trust.ocspResponses ?? [],
    now: trust.at,
    revocation: trust.policy.revocationRequired ? 'require' : 'prefer',
  });
  const facts = withProcess(outcomeOf(report, trust, token), trust, token);
  return { facts: { ...facts, ...named(report) }, checks: report.checks };
}

/** What the imprint is held against, hashed once for everything that looks at the token. */
function imprintOf(
  data: StampedData['data'],
  digest: StampedData['digest'],
  token: Uint8Array,
): Pick<VerifyTokenOptions, 'data' | 'digest'> {
  const algorithm = readToken(token)?.info.imprint.algorithm;
  if (digest || !algorithm) return digest ? { digest } : { data };
  return { digest: { algorithm, value: imprintDigest(data, algorithm) } };
}

/** A time-stamp that the process does not let pass proves nothing. */
function withProcess(own: Outcome, { process }: TrustContext, token: Uint8Array): Outcome {
  const verdict = process?.timestamp(token);
  return own.outcome === 'valid' && verdict && verdict.verdict !== 'passed' ? { outcome: 'untrusted' } : own;
}

/** Whether the process proved by later time-stamps what alone would be open: that the token is older than what weakens it now. */
function isProven({ process }: TrustContext, token: Uint8Array): boolean {
  return process?.timestamp(token)?.verdict === 'passed';
}

/** Checks that only say that an algorithm is not reliable any more. */
const weakened: ReadonlySet<string> = new Set([
  'timestamp.imprint_weak',
  'timestamp.key_weak',
  'timestamp.certificate_weak',
  'cms.digest_weak',
]);

function named({ certificate, genTime, code }: TokenReport): Omit<TimestampFacts, 'outcome'> {
  const { subject } = certificate ?? {};
  return {
    reason: code,
    authority: subject?.get('CN') ?? subject?.text ?? '-',
    ...(genTime ? { time: genTime } : {}),
  };
}

type Outcome = Pick<TimestampFacts, 'outcome' | 'since' | 'until'>;

function outcomeOf(report: TokenReport, trust: TrustContext, token: Uint8Array): Outcome {
  const ofPath = new Set(report.path?.checks);
  const own = report.checks.filter((check) => !ofPath.has(check));
  if (own.some(({ code }) => code === 'timestamp.imprint_mismatch')) return { outcome: 'other_data' };
  const isUnknown = !hasKnownMethod(token);
  if (own.some(({ code, status }) => status === 'failed' && !(isUnknown && code === 'cms.signature')))
    return { outcome: 'invalid' };
  const { genTime, path } = report;
  const forgiven = trust.process?.timestamp(token)?.weakNow === true && isProven(trust, token);
  const open = own.filter(({ code, status }) => status !== 'passed' && !(forgiven && weakened.has(code)));
  if (!path || !genTime || open.length > 0) return { outcome: 'untrusted' };
  if (path.revocation.status === 'revoked') {
    const before = isOnlyRevokedLater(path, genTime) && isProvenBefore(path, token, trust);
    return before ? { outcome: 'valid' } : { outcome: 'revoked', ...sinceOf(path) };
  }
  if (path.code === 'pki.revocation_unknown') return { outcome: 'revocation_unknown' };
  if (path.verdict !== 'passed') return { outcome: 'untrusted' };
  return outcomeSince(path, { genTime, token }, trust);
}

/** A token by a method that is not implemented proves nothing, but is not broken for that. */
const hasKnownMethod = (token: Uint8Array): boolean =>
  readToken(token)?.signedData.signers.every(({ signatureAlgorithm }) => isKnownMethod(signatureAlgorithm)) ?? true;

/** Nothing else is wrong with the path than a revocation that came after the token was made. */
function isOnlyRevokedLater({ checks, revocation }: PathReport, genTime: Date): boolean {
  const others = checks.filter(({ code, status }) => status === 'failed' && code !== 'pki.revoked');
  return others.length === 0 && revocation.since !== undefined && revocation.since > genTime;
}

/** The process knows of the revocation, and that the token is older. */
function isProvenBefore({ path: [certificate] }: PathReport, token: Uint8Array, trust: TrustContext): boolean {
  return certificate !== undefined && isProven(trust, token) && trust.process?.sawRevoked(certificate.der) === true;
}

function sinceOf({ revocation }: PathReport): Pick<TimestampFacts, 'since'> {
  return revocation.since ? { since: revocation.since } : {};
}

/** The authority at the time of judgement: a key that fell into other hands may have stamped any time. */
function outcomeSince(
  path: PathReport,
  { genTime, token }: { readonly genTime: Date; readonly token: Uint8Array },
  trust: TrustContext,
): Outcome {
  const [certificate] = path.path;
  if (!certificate || trust.at <= genTime) return { outcome: 'valid' };
  const now = validatePath({
    certificate: certificate.der,
    intermediates: path.path.map(({ der }) => der),
    anchors: anchorSetOf(trust.anchors),
    crls: trust.crls,
    ocspResponses: trust.ocspResponses ?? [],
    at: trust.at,
    purpose: 'time-stamping',
    revocation: 'prefer',
  });
  const { revocation } = now;
  const proven = isProven(trust, token);
  if (revocation.status === 'revoked' && !harmless.has(revocation.reason ?? '')) {
    return isProvenBefore(path, token, trust) ? { outcome: 'valid' } : { outcome: 'revoked', ...sinceOf(now) };
  }
  return now.code === 'pki.expired' && !proven
    ? { outcome: 'expired', until: certificate.notAfter }
    : { outcome: 'valid' };
}
