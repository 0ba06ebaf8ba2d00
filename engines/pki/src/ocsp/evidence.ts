import { type ErrorParams, equalBytes, type Verdict } from '@tra/kernel';
import type { Certificate } from '../certificate.ts';
import type { RevocationReason } from '../crl/reasons.ts';
import type { Check } from '../report.ts';
import { certIdMatcher } from './cert-id.ts';
import { judgeSigner } from './responder.ts';
import type { BasicOcspResponse, OcspResponse, OcspSingleResponse } from './response.ts';

/** Input of {@link ocspEvidence}. */
export interface OcspEvidenceOptions {
  /** Whose status is wanted; the caller has verified that `issuer` signed it. */
  readonly certificate: Certificate;
  readonly issuer: Certificate;
  /** Answers in any order, at most 64 are looked at. */
  readonly responses: readonly OcspResponse[];
  /** The instant for which the status is wanted. */
  readonly at: Date;
  /** The latest instant at which an answer may have been made. */
  readonly now: Date;
  /** Greatest age of `thisUpdate` at `at`, milliseconds; without nextUpdate one hour unless told. */
  readonly maxAgeMs?: number;
  /** By how much a responder's clock may be ahead, milliseconds; five minutes unless told. */
  readonly clockSkewMs?: number;
  /** The nonce that was sent: an answer with another is not believed. */
  readonly nonce?: Uint8Array;
  /** Whether an answer without the nonce is refused too; pre-produced answers have none (RFC 9654 section 2.1). */
  readonly requireNonce?: boolean;
  /** Certificates besides those in the answers that may belong to a responder. */
  readonly responders?: readonly Certificate[];
  /** Status of a responder's certificate from elsewhere; without it only responders with id-pkix-ocsp-nocheck are believed. */
  readonly responderStatus?: (responder: Certificate) => 'good' | 'revoked' | 'unknown';
  /** Bounds the signatures that are verified, beyond 64. */
  readonly budget?: { spendSignature(): boolean };
}

/** What answers prove about one certificate. */
export interface OcspEvidence {
  /** `unknown`: an answer is about the certificate but says nothing that can be believed; `none`: no answer is about it. */
  readonly status: 'good' | 'revoked' | 'unknown' | 'none';
  /** When it was revoked: may lie after `at`; the caller decides what that means. */
  readonly revokedAt?: Date;
  readonly reason?: RevocationReason;
  readonly thisUpdate?: Date;
  readonly nextUpdate?: Date;
  /** Subject of the certificate that signed the decisive answer. */
  readonly source?: string;
  /** Why each answer counts or not, the result last. */
  readonly checks: readonly Check[];
}

interface Usable {
  readonly single: OcspSingleResponse;
  readonly source: string;
}

interface Problem {
  readonly code: string;
  readonly clause: string;
  readonly params?: ErrorParams;
}

const maxResponses = 64;
const maxSignatures = 64;
const defaultMaxAgeMs = 3_600_000;
const defaultSkewMs = 300_000;

/**
 * What `responses` prove about the revocation of `certificate` (RFC 6960 section 3.2). An answer counts when its CertID names this
 * certificate and issuer, it is signed by the issuer or a responder that the issuer itself authorised, is fresh, and carries no
 * other nonce. The newest answer decides, but a revocation that cannot be lifted is never overruled. It never throws.
 *
 * @example
 * const { status, revokedAt } = ocspEvidence({ certificate, issuer, responses: [parseOcspResponse(bytes)], at: now, now, nonce });
 */
export function ocspEvidence(options: OcspEvidenceOptions): OcspEvidence {
  const usable: Usable[] = [];
  const problems: Problem[] = [];
  let concerned = false;
  let left = maxSignatures;
  const spendSignature = (): boolean => {
    left -= 1;
    return left >= 0 && (options.budget?.spendSignature() ?? true);
  };
  const isAsked = certIdMatcher(options.certificate, options.issuer);
  for (const response of options.responses.slice(0, maxResponses)) {
    const singles = (response.basic?.responses ?? []).filter(({ certId }) => isAsked(certId));
    if (!response.basic || singles.length === 0) {
      problems.push(
        response.basic
          ? { code: 'pki.ocsp_other_certificate', clause: 'RFC 6960 3.2 (1)' }
          : { code: 'pki.ocsp_not_successful', clause: 'RFC 6960 2.3', params: { status: response.status } },
      );
      continue;
    }
    concerned = true;
    const outcome = judge(response.basic, singles, options, spendSignature);
    if ('code' in outcome) problems.push(outcome);
    else usable.push(outcome);
  }
  return decide(usable, problems, concerned, options);
}

const severity = { revoked: 0, unknown: 1, good: 2 } as const;

/** The worst status of one answer about the certificate, or why the answer does not count. */
function judge(
  basic: BasicOcspResponse,
  singles: readonly OcspSingleResponse[],
  options: OcspEvidenceOptions,
  spendSignature: () => boolean,
): Usable | Problem {
  const problem = problemOfExtensions(basic, singles) ?? problemOfNonce(basic, options);
  if (problem) return problem;
  for (const single of singles) {
    const untimely = problemOfTimes(single, basic, options);
    if (untimely) return untimely;
  }
  const { issuer, at, responders = [], responderStatus } = options;
  const signer = judgeSigner(basic, { issuer, at, responders, responderStatus, spendSignature });
  if (signer.problem !== undefined) {
    const params = { responder: signer.responder?.subject.text ?? '' };
    return { code: signer.problem, clause: 'RFC 6960 3.2 (2)-(4), 4.2.2.2', params };
  }
  const [single] = [...singles].sort((left, right) => severity[left.status] - severity[right.status]);
  if (!single) return { code: 'pki.ocsp_other_certificate', clause: 'RFC 6960 3.2 (1)' };
  return { single, source: signer.responder.subject.text };
}

function problemOfExtensions(basic: BasicOcspResponse, singles: readonly OcspSingleResponse[]): Problem | undefined {
  const [oid] = [...basic.unknownCritical, ...singles.flatMap(({ unknownCritical }) => unknownCritical)];
  return oid === undefined
    ? undefined
    : { code: 'pki.ocsp_critical_extension', clause: 'RFC 6960 4.4', params: { oid } };
}

function problemOfNonce(basic: BasicOcspResponse, { nonce, requireNonce }: OcspEvidenceOptions): Problem | undefined {
  if (!nonce) return undefined;
  const right = basic.nonce ? equalBytes(basic.nonce, nonce) : !requireNonce;
  return right ? undefined : { code: 'pki.ocsp_nonce', clause: 'RFC 9654 2.1' };
}

/** A revocation that no later answer lifts. */
function isFinal({ status, reason }: OcspSingleResponse): boolean {
  return status === 'revoked' && reason !== 'certificateHold' && reason !== 'removeFromCRL';
}

/** RFC 6960 sections 3.2 (5), (6) and 4.2.2.1. That a revocation is old news does not undo it. */
function problemOfTimes(
  single: OcspSingleResponse,
  { producedAt }: BasicOcspResponse,
  options: OcspEvidenceOptions,
): Problem | undefined {
  const { at, now, clockSkewMs = defaultSkewMs } = options;
  const { thisUpdate, nextUpdate } = single;
  const params = { thisUpdate: thisUpdate.toISOString(), nextUpdate: nextUpdate?.toISOString() ?? '' };
  const latest = now.getTime() + clockSkewMs;
  if (thisUpdate.getTime() > latest || producedAt.getTime() > latest)
    return { code: 'pki.ocsp_not_yet_issued', clause: 'RFC 6960 3.2 (5)', params };
  if ((nextUpdate && nextUpdate < thisUpdate) || thisUpdate.getTime() > producedAt.getTime() + clockSkewMs)
    return { code: 'pki.ocsp_times', clause: 'RFC 6960 4.2.2.1', params };
  if (isFinal(single)) return undefined;
  const maxAge = options.maxAgeMs ?? (nextUpdate ? Number.POSITIVE_INFINITY : defaultMaxAgeMs);
  const tooOld = at.getTime() - thisUpdate.getTime() > maxAge;
  if (tooOld || (nextUpdate && nextUpdate < at))
    return { code: 'pki.ocsp_stale', clause: 'RFC 6960 3.2 (5), (6)', params };
  return problemOfExpiry(single, options.certificate, params);
}

/** A responder may forget certificates that have expired, unless it says for how long it remembers (RFC 6960 section 4.4.4). */
function problemOfExpiry(
  { thisUpdate, archiveCutoff }: OcspSingleResponse,
  { notAfter }: Certificate,
  params: ErrorParams,
): Problem | undefined {
  const remembered = thisUpdate.getTime() < notAfter.getTime() + 1000 || (archiveCutoff && archiveCutoff <= notAfter);
  return remembered ? undefined : { code: 'pki.ocsp_after_expiry', clause: 'RFC 6960 4.4.4', params };
}

function decide(
  usable: readonly Usable[],
  problems: readonly Problem[],
  concerned: boolean,
  { certificate }: OcspEvidenceOptions,
): OcspEvidence {
  const newestFirst = [...usable].sort(
    (left, right) =>
      right.single.thisUpdate.getTime() - left.single.thisUpdate.getTime() ||
      severity[left.single.status] - severity[right.single.status],
  );
  const decisive = newestFirst.find(({ single }) => isFinal(single)) ?? newestFirst[0];
  const status = decisive?.single.status ?? (concerned ? 'unknown' : 'none');
  const decided = status === 'good' || status === 'revoked';
  const verdict: Verdict = decided ? 'passed' : 'indeterminate';
  const notes: Check[] = problems.map(({ code, clause, params }) => ({
    code,
    status: verdict,
    clause,
    params: { subject: certificate.subject.text, ...params },
  }));
  if (!decisive) {
    if (concerned) return { status, checks: notes };
    return { status, checks: [...notes, resultOf('none', certificate, undefined)] };
  }
  const { single, source } = decisive;
  return {
    status,
    ...(single.revokedAt ? { revokedAt: single.revokedAt } : {}),
    ...(single.reason ? { reason: single.reason } : {}),
    thisUpdate: single.thisUpdate,
    ...(single.nextUpdate ? { nextUpdate: single.nextUpdate } : {}),
    source,
    checks: [...notes, resultOf(single.status, certificate, decisive)],
  };
}

const results = {
  good: { code: 'pki.ocsp_good', status: 'passed' },
  revoked: { code: 'pki.ocsp_revoked', status: 'failed' },
  unknown: { code: 'pki.ocsp_unknown', status: 'indeterminate' },
  none: { code: 'pki.ocsp_none', status: 'indeterminate' },
} as const;

function resultOf(status: OcspEvidence['status'], { subject }: Certificate, decisive: Usable | undefined): Check {
  const single = decisive?.single;
  const params: ErrorParams = {
    subject: subject.text,
    ...(decisive ? { responder: decisive.source } : {}),
    ...(single ? { thisUpdate: single.thisUpdate.toISOString() } : {}),
    ...(single?.revokedAt ? { since: single.revokedAt.toISOString(), reason: single.reason ?? 'unspecified' } : {}),
  };
  return { ...results[status], clause: 'RFC 6960 2.2', params };
}
