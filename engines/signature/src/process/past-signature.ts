import type { CertificateData } from '../diagnostic/certificate.ts';
import type { DigestMatcherData, TokenId } from '../diagnostic/token.ts';
import { instantOf } from '../policy/algorithms.ts';
import { Block, type Failure, failureOf, mandatory, noted, passed, undecidedFor } from './block.ts';
import {
  type CertificateRole,
  type CertificateStatus,
  certificatePart,
  chainOf,
  isAnchorAt,
  ms,
  type Process,
  signerOf,
  statusesOf,
  type TokenContext,
} from './context.ts';
import type { IdentifiedToken } from './identification.ts';
import { checkRevocationAlgorithms, checkTokenAlgorithms, roleIn } from './obsolescence.ts';
import { validatePastCertificate } from './past-certificate.ts';
import type { BlockReport, Conclusion, ProcessSubIndication } from './report.ts';
import { checkFreshness } from './revocation-freshness.ts';
import { needsRevocation } from './revocation-need.ts';
import { acceptableStatuses, latestOf, provenStatuses } from './selection.ts';
import { issuerProvenStatuses, type PastInput } from './time-sliding.ts';

const outOfBoundsProof: Failure = ['INDETERMINATE', 'REVOCATION_OUT_OF_BOUNDS_NO_POE'];
const acceptablePast: readonly ProcessSubIndication[] = [
  'REVOKED_NO_POE',
  'REVOKED_CA_NO_POE',
  'OUT_OF_BOUNDS_NO_POE',
  'CRYPTO_CONSTRAINTS_FAILURE_NO_POE',
];

/** A token of the past with what it states, and the indication it has now. */
export interface PastSignatureInput extends PastInput {
  readonly token: IdentifiedToken & { readonly digestMatchers: readonly DigestMatcherData[] };
  readonly current: Conclusion;
}

interface Past extends PastSignatureInput {
  readonly process: Process;
  readonly block: Block;
  readonly signer: CertificateData | undefined;
  /** Lowest proof of existence of the signature. */
  readonly best: number;
  /** States of the signing certificate that count. */
  readonly statuses: readonly CertificateStatus[];
}

/** Past signature validation: clause 5.6.2.4. */
export function validatePastSignature(process: Process, input: PastSignatureInput): BlockReport {
  const { token, context, current, proofs } = input;
  const block = new Block('past-signature-validation', '5.6.2.4', token.id);
  const signer = signerOf(process, token);
  const { proven, statuses } = signerStatuses(block, process, input, signer);
  const past = validatePastCertificate(process, input);
  block.add(past.report);
  const { conclusion } = past.report;
  const acceptable = conclusion.indication === 'PASSED' || undecidedFor(conclusion, acceptablePast);
  const because = current.errors.length > 0 ? current : conclusion;
  block.check('process.past.certificate', mandatory, acceptable, failureOf(current), { because });
  const best = proofs.lowest(token.id).time;
  const control = past.controlTime;
  const proof = control !== undefined && proofs.existedBy(token.id, control);
  block.check('process.past.proof', noted, proof, ['PASSED'], {
    params: { time: control === undefined ? '-' : instantOf(control) },
  });
  decide({ ...input, process, block, signer, best, statuses }, proof);
  const rule = certificatePart(process, context, 'signing').revocationIssuerNotExpired;
  block.check('process.past.revocation_proven', rule, proven, outOfBoundsProof);
  return block.close({ time: control === undefined ? undefined : instantOf(control) });
}

/** Step 1: revocations of the signing certificate whose issuers are proven; all of them where none is. */
function signerStatuses(
  block: Block,
  process: Process,
  input: PastSignatureInput,
  signer: CertificateData | undefined,
): { proven: boolean; statuses: readonly CertificateStatus[] } {
  if (!signer) return { proven: false, statuses: [] };
  const rules = certificatePart(process, input.context, 'signing');
  if (!needsRevocation(signer, rules, input.proofs.lowest(signer.id).time)) return { proven: true, statuses: [] };
  const statuses = issuerProvenStatuses(process, input, signer);
  block.check('process.past.revocation_issuer', noted, statuses.length > 0, outOfBoundsProof, { token: signer.id });
  return statuses.length > 0 ? { proven: true, statuses } : { proven: false, statuses: statusesOf(process, signer) };
}

/** Steps 3 to 6: whether what is open now was settled when the signature is proven to have existed. */
function decide(past: Past, proof: boolean): void {
  const { block, current } = past;
  if (proof && undecidedFor(current, ['NO_CERTIFICATE_CHAIN_FOUND_NO_POE'])) checkWithin(past, 'OUT_OF_BOUNDS_NO_POE');
  else if (proof && (undecidedFor(current, ['REVOKED_NO_POE', 'REVOCATION_OUT_OF_BOUNDS_NO_POE']) || suspended(past))) {
    checkWithin(past, 'OUT_OF_BOUNDS_NOT_REVOKED');
  } else if (proof && undecidedFor(current, ['REVOKED_CA_NO_POE'])) {
    checkBeforeCaRevocation(past);
    checkWithin(past, 'OUT_OF_BOUNDS_NOT_REVOKED');
  } else if (proof && undecidedFor(current, ['OUT_OF_BOUNDS_NO_POE', 'OUT_OF_BOUNDS_NOT_REVOKED'])) {
    checkWithin(past, current.subIndication as ProcessSubIndication);
  } else if (undecidedFor(current, ['CRYPTO_CONSTRAINTS_FAILURE_NO_POE'])) checkReliablePast(past);
  else if (undecidedFor(current, ['TRY_LATER']) && !isSuspended(past)) checkFreshPast(past);
  else if (current.indication !== 'PASSED') {
    block.check('process.past.current', mandatory, false, failureOf(current), { because: current });
  }
}

const suspended = (past: Past): boolean => undecidedFor(past.current, ['TRY_LATER']) && isSuspended(past);

/** Whether a certificate of the path is on hold by its latest proven revocation. */
function isSuspended(past: Past): boolean {
  const { process, token, context } = past;
  for (const certificate of chainOf(process, token)) {
    const role: CertificateRole = certificate.id === token.signingCertificate?.certificate ? 'signing' : 'ca';
    if (isAnchorAt(certificate, process.now, certificatePart(process, context, role).sunsetDate)) return false;
    const latest = latestProven(past, certificate, process.now);
    if (latest?.status === 'revoked' && latest.reason === 'certificateHold') return true;
  }
  return false;
}

function latestProven(
  { process, blocks, proofs }: Past,
  certificate: CertificateData,
  time: number,
): CertificateStatus | undefined {
  return latestOf(provenStatuses(acceptableStatuses(process, blocks, certificate), certificate.id, { proofs, time }));
}

/** Best-signature-time lies within the validity of the signing certificate. */
function checkWithin({ block, best, signer }: Past, otherwise: ProcessSubIndication): void {
  if (!signer) return;
  const params = { time: instantOf(best), from: signer.notBefore, to: signer.notAfter };
  block.check(
    'process.long_term.not_before_issuance',
    mandatory,
    best >= ms(signer.notBefore),
    ['FAILED', 'NOT_YET_VALID'],
    { params },
  );
  block.check('process.past.within_validity', mandatory, best <= ms(signer.notAfter), ['INDETERMINATE', otherwise], {
    params,
  });
}

/** Step 3, REVOKED_CA_NO_POE: a revocation of the signer is proven from before the authority was revoked. */
function checkBeforeCaRevocation(past: Past): void {
  const { process, block, signer, statuses, proofs, token } = past;
  const authority = signer && chainOf(process, token).find(({ id }) => id !== signer.id);
  const latest = authority && latestProven(past, authority, process.now);
  if (!latest) return;
  const revoked = ms(latest.revocationTime);
  const before = statuses.some(({ revocation }) => proofs.existedBy(revocation, revoked));
  const params = { time: latest.revocationTime ?? '-' };
  block.check('process.past.before_ca_revocation', mandatory, before, ['INDETERMINATE', 'REVOKED_CA_NO_POE'], {
    params,
    token: authority.id,
  });
}

/** Step 4: what uses an algorithm that is not reliable now is proven to have existed while it was. */
function checkReliablePast(past: Past): void {
  const { process, block, token, context, best, statuses } = past;
  checkTokenAlgorithms(block, process, token, { context, time: best });
  checkRevocationsPast(past, { chain: chainOf(process, token), statuses, context, seen: new Set() });
}

interface ChainWalk {
  readonly chain: readonly CertificateData[];
  readonly statuses: readonly CertificateStatus[];
  readonly context: TokenContext;
  readonly seen: Set<TokenId>;
}

/** The revocations of the path, and those of their issuers: each when the certificate that it speaks of is proven to have existed. */
function checkRevocationsPast(past: Past, { chain, statuses, context, seen }: ChainWalk): void {
  const { process, block, proofs, token } = past;
  for (const certificate of chain) {
    const role = roleIn(token, certificate);
    const { time } = proofs.lowest(certificate.id);
    if (isAnchorAt(certificate, time, certificatePart(process, context, role).sunsetDate) || !block.open) return;
    if (seen.has(certificate.id)) continue;
    seen.add(certificate.id);
    const candidates = role === 'signing' ? statuses : statusesOf(process, certificate);
    const acceptable = new Set(
      acceptableStatuses(process, past.blocks, certificate).map(({ revocation }) => revocation),
    );
    const usable = candidates.filter(({ revocation }) => acceptable.has(revocation));
    const latest = latestOf(provenStatuses(usable, certificate.id, { proofs, time: process.now }));
    if (!latest || seen.has(latest.revocation)) continue;
    seen.add(latest.revocation);
    checkRevocationAlgorithms(block, process, latest.data, time);
    checkRevocationsPast(past, { chain: chainOf(process, latest.data), statuses, context: 'revocation', seen });
  }
}

/** Step 5: the revocations were fresh at the earliest proven time of the signature. */
function checkFreshPast(past: Past): void {
  const { process, block, token, context, best } = past;
  for (const certificate of chainOf(process, token)) {
    const role: CertificateRole = certificate.id === token.signingCertificate?.certificate ? 'signing' : 'ca';
    const rules = certificatePart(process, context, role);
    if (isAnchorAt(certificate, process.now, rules.sunsetDate)) return;
    if (!needsRevocation(certificate, rules, past.proofs.lowest(certificate.id).time)) continue;
    const latest = latestOf(issuerProvenStatuses(process, past, certificate));
    const freshness = checkFreshness(process, latest?.data, { context, role, time: best });
    block.add(freshness);
    block.check('process.certificate.revocation_fresh', mandatory, passed(freshness), ['INDETERMINATE', 'TRY_LATER'], {
      token: certificate.id,
      because: freshness.conclusion,
    });
  }
}
