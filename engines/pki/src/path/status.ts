import type { Certificate } from '../certificate.ts';
import { type OcspEvidence, ocspEvidence } from '../ocsp/evidence.ts';
import type { OcspResponse } from '../ocsp/response.ts';
import type { Check } from '../report.ts';
import type { RevocationResult } from './options.ts';
import { checkRevocation, countsAt, type RevocationContext } from './revocation.ts';

/** What revocation checking by both means needs. */
export interface StatusContext extends RevocationContext {
  readonly ocspResponses: readonly OcspResponse[];
  /** Status of an OCSP responder's certificate by other means. */
  readonly responderStatus: (responder: Certificate) => RevocationResult['status'];
}

/** Status of one certificate with the checks of the evidence behind it. */
export interface StatusOutcome {
  readonly result: RevocationResult;
  readonly checks: readonly Check[];
}

/**
 * Status of `chain[0]` by CRLs (RFC 5280 section 6.3) and OCSP (RFC 6960). A revocation found by either counts, except a hold that
 * newer evidence of the other kind lifts; otherwise one good answer is enough.
 */
export function statusOf(chain: readonly Certificate[], context: StatusContext): StatusOutcome {
  const byCrl = checkRevocation(chain, context);
  const [certificate, issuer] = chain;
  if (!certificate || !issuer || context.ocspResponses.length === 0) return { result: byCrl, checks: [] };
  const evidence = ocspEvidence({
    certificate,
    issuer,
    responses: context.ocspResponses,
    at: context.at,
    now: context.now,
    ...(context.maxAgeMs === undefined ? {} : { maxAgeMs: context.maxAgeMs }),
    responderStatus: context.responderStatus,
    budget: { spendSignature: () => context.spendSignature(issuer.publicKey) },
  });
  const byOcsp = resultOf(evidence, context);
  const result = combine(byCrl, byOcsp);
  return { result, checks: result === byOcsp && evidence.status === 'good' ? evidence.checks : [] };
}

function resultOf(evidence: OcspEvidence, context: StatusContext): RevocationResult {
  const { checks, nextUpdate, reason, revokedAt, source, status, thisUpdate } = evidence;
  const facts = {
    ...(source === undefined ? {} : { source }),
    ...(thisUpdate ? { thisUpdate } : {}),
    ...(nextUpdate ? { nextUpdate } : {}),
  };
  if (status === 'good') return { status, ...facts };
  if (status === 'revoked' && revokedAt && thisUpdate) {
    const entry = { date: revokedAt, reason: reason ?? 'unspecified' };
    if (!countsAt({ date: revokedAt, ...(reason ? { reason } : {}) }, thisUpdate, context))
      return { status: 'good', ...facts };
    return { status, since: entry.date, reason: entry.reason, ...facts };
  }
  const why = checks.find(({ status: verdict }) => verdict !== 'passed')?.code.replace(/^pki\./, '');
  return { status: 'unknown', reason: status === 'none' ? 'no_answer' : (why ?? 'ocsp_unknown') };
}

function combine(byCrl: RevocationResult, byOcsp: RevocationResult): RevocationResult {
  if (byCrl.status === 'revoked' && byOcsp.status === 'good') return lifts(byOcsp, byCrl) ? byOcsp : byCrl;
  if (byOcsp.status === 'revoked' && byCrl.status === 'good') return lifts(byCrl, byOcsp) ? byCrl : byOcsp;
  if (byCrl.status === 'revoked' || byOcsp.status === 'unknown') {
    const silent = byCrl.status === 'unknown' && byCrl.reason === 'no_crl' && byOcsp.reason !== 'no_answer';
    return silent ? byOcsp : byCrl;
  }
  if (byOcsp.status === 'revoked') return byOcsp;
  return byCrl.status === 'good' && (byCrl.thisUpdate ?? 0) > (byOcsp.thisUpdate ?? 0) ? byCrl : byOcsp;
}

/** Whether a good answer is newer than a mere suspension. */
function lifts(good: RevocationResult, revoked: RevocationResult): boolean {
  return revoked.reason === 'certificateHold' && (good.thisUpdate ?? 0) > (revoked.thisUpdate ?? 0);
}
