import { type Certificate, type Check, type PathReport, validatePath } from '@tra/pki';
import type { TrustedListData } from './diagnostic/model.ts';
import { finding } from './findings.ts';
import { anchorSetOf, listedStatesOf } from './gather/certificate-pool.ts';
import { type ListedAnchor, stateAt, trustedStretch } from './listed-services.ts';
import type { ValidationPolicy } from './policy.ts';
import type { ProcessVerdicts } from './process-verdicts.ts';

/** What trust is built on: anchors, certificates that may lie between, CRLs, and the time of judgement. */
export interface TrustContext {
  readonly anchors: readonly (Uint8Array | ListedAnchor)[];
  readonly intermediates: readonly Uint8Array[];
  readonly crls: readonly Uint8Array[];
  /** OCSP responses, DER. */
  readonly ocspResponses?: readonly Uint8Array[];
  readonly at: Date;
  readonly policy: ValidationPolicy;
  /** The trusted lists that the anchors come from. */
  readonly trustedLists?: readonly TrustedListData[];
  /** What the process of EN 319 102-1 concluded, once it was run. */
  readonly process?: ProcessVerdicts;
}

/** Certificates tried for signatures that do not carry their signer's. */
const maximumOwnCertificates = 1024;

/** Certificates at hand that may be a signer's: a signature may leave its own out (RFC 5652 section 5.1, XMLDSig 1.1 clause 4.5). */
export function ownCertificates({ anchors, intermediates }: TrustContext): readonly Uint8Array[] {
  const trusted = anchors.map((anchor) => {
    const certificate = anchor instanceof Uint8Array ? anchor : anchor.certificate;
    return certificate instanceof Uint8Array ? certificate : certificate.der;
  });
  return [...intermediates, ...trusted].slice(0, maximumOwnCertificates);
}

/** Findings about the signer's certificate, apart for the two questions that they answer. */
export interface PathOutcome {
  readonly path: readonly Check[];
  readonly revocation: readonly Check[];
}

const constraintCodes: ReadonlySet<string> = new Set(['pki.key_usage', 'pki.extended_key_usage']);

/**
 * X.509 certificate validation (ETSI EN 319 102-1 clause 5.2.6) of the signer's certificate at the proven time, or else at the
 * time of judgement, and what became of the certificate since (clause 5.5).
 */
export function judgeSignerPath(
  certificate: Certificate,
  trust: TrustContext,
  provenTime: Date | undefined,
): PathOutcome {
  const report = pathAt(certificate, trust, provenTime ?? trust.at);
  const own = pathFindings(certificate, report, provenTime);
  const listed =
    own[0]?.code === 'signature.path_trusted' ? serviceFindings(report, trust, provenTime ?? trust.at) : [];
  const checks = [...own, ...listed, ...report.checks];
  const revocation = revocationFindings(report, provenTime);
  const later = provenTime && report.revocation.status !== 'revoked' ? whatHappenedSince(certificate, trust) : [];
  return { path: checks, revocation: [...revocation, ...later] };
}

function pathAt(certificate: Certificate, trust: TrustContext, at: Date): PathReport {
  return validatePath({
    certificate: certificate.der,
    intermediates: trust.intermediates,
    anchors: anchorSetOf(trust.anchors),
    crls: trust.crls,
    ocspResponses: trust.ocspResponses ?? [],
    at,
    now: trust.at,
    purpose: 'document-signing',
    revocation: trust.policy.revocationRequired ? 'require' : 'prefer',
  });
}

function pathFindings(certificate: Certificate, report: PathReport, provenTime: Date | undefined): readonly Check[] {
  const { code, path } = report;
  const isOwn = report.params.subject === certificate.subject.text;
  if (report.verdict === 'passed' || code === 'pki.revocation_unknown') return [trusted(path)];
  if (code === 'pki.revoked' && report.revocation.status === 'revoked') return [trusted(path)];
  if (code === 'pki.no_anchor') {
    const top = path.at(-1) ?? certificate;
    return [finding('signature.path_untrusted', { issuer: top.issuer.text })];
  }
  if (code === 'pki.expired' && isOwn) {
    return [finding('signature.certificate_expired', { until: certificate.notAfter.toISOString() })];
  }
  if (code === 'pki.not_yet_valid' && isOwn && provenTime) {
    return [finding('signature.certificate_not_yet_valid', { from: certificate.notBefore.toISOString() })];
  }
  return [finding(constraintCodes.has(code) ? 'signature.path_constraints' : 'signature.path_invalid')];
}

function trusted(path: readonly Certificate[]): Check {
  return finding('signature.path_trusted', { anchor: path.at(-1)?.subject.text ?? '' });
}

/** What the trusted list says of the service at the end of the path (ETSI TS 119 615 clause 4.3), for the time of use. */
function serviceFindings({ path }: PathReport, trust: TrustContext, at: Date): readonly Check[] {
  const top = path.at(-1);
  const states = top ? listedStatesOf(trust.anchors, top) : [];
  const state = stateAt(states, at);
  const list = trust.trustedLists?.find(({ id }) => id === state?.trustedList);
  const stretch = state && trustedStretch(states, state);
  if (!state || !list || !stretch) return [];
  const params = {
    territory: list.countryCode ?? '-',
    sequence: list.sequenceNumber ?? 0,
    service: state.name ?? state.type,
    since: stretch.since,
  };
  const { until } = stretch;
  return until === undefined || Date.parse(until) > trust.at.getTime()
    ? [finding('signature.service_in_force', params)]
    : [finding('signature.service_ended', { ...params, until })];
}

/** What revocation says. Nothing is said about it when the path failed before CRLs were looked at. */
function revocationFindings({ code, revocation }: PathReport, provenTime: Date | undefined): readonly Check[] {
  if (revocation.status === 'revoked') {
    const params = { since: revocation.since?.toISOString() ?? '', reason: revocation.reason ?? 'unspecified' };
    return [finding(provenTime ? 'signature.certificate_revoked' : 'signature.certificate_revoked_no_proof', params)];
  }
  if (code === 'pki.revocation_unknown') return [finding('signature.revocation_unknown')];
  if (revocation.status === 'good') {
    const params = { asOf: revocation.thisUpdate?.toISOString() ?? '', source: revocation.source ?? '' };
    return [finding('signature.revocation_good', params)];
  }
  return [];
}

function whatHappenedSince(certificate: Certificate, trust: TrustContext): readonly Check[] {
  const now = pathAt(certificate, trust, trust.at);
  if (now.revocation.status === 'revoked') {
    return [finding('signature.certificate_revoked_later', { since: now.revocation.since?.toISOString() ?? '' })];
  }
  if (trust.at.getTime() < certificate.notAfter.getTime() + 1000) return [];
  return [finding('signature.certificate_expired_later', { until: certificate.notAfter.toISOString() })];
}
