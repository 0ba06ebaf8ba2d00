import type { CertificateData } from '../diagnostic/certificate.ts';
import type { SignedToken } from '../diagnostic/token.ts';
import { instantOf } from '../policy/algorithms.ts';
import type { BasicBlocks } from './basic-blocks.ts';
import { Block, type Failure, mandatory, passed, undecidedFor } from './block.ts';
import {
  type CertificateRole,
  type CertificateStatus,
  certificateAlgorithms,
  certificatePart,
  chainOf,
  isAnchorAt,
  ms,
  type Process,
  signerOf,
  statusesOf,
  type TokenContext,
} from './context.ts';
import { judgeAlgorithms, useOf } from './cryptographic.ts';
import { endsOfRevocation } from './obsolescence.ts';
import type { Proofs } from './poe.ts';
import type { BlockReport } from './report.ts';
import { checkFreshness } from './revocation-freshness.ts';
import { needsRevocation } from './revocation-need.ts';
import { acceptableStatuses, latestOf, provenStatuses, validatedStatuses } from './selection.ts';

const noPoe: Failure = ['INDETERMINATE', 'NO_POE'];

/** What blocks about the past need to know. */
export interface PastInput {
  readonly token: SignedToken;
  readonly blocks: BasicBlocks;
  readonly context: TokenContext;
  readonly proofs: Proofs;
}

/** Result of a sliding: the latest time at which the path held. */
export interface SlidingResult {
  readonly report: BlockReport;
  readonly controlTime: number;
}

/** Validation time sliding under one anchor: clause 5.6.2.2. */
export function slideTime(process: Process, input: PastInput, anchor: CertificateData): SlidingResult {
  const { token, context, blocks, proofs } = input;
  const block = new Block('validation-time-sliding', '5.6.2.2', token.id);
  let time = startTime(block, process, anchor);
  const chain = chainOf(process, token);
  const index = chain.findIndex(({ id }) => id === anchor.id);
  const below = (index < 0 ? chain : chain.slice(0, index)).filter(({ id }) => id !== anchor.id);
  for (const certificate of below.reverse()) {
    const role: CertificateRole = certificate.id === token.signingCertificate?.certificate ? 'signing' : 'ca';
    const rules = certificatePart(process, context, role);
    const params = { time: instantOf(time) };
    let latest: CertificateStatus | undefined;
    if (needsRevocation(certificate, rules, process.now)) {
      const candidates =
        role === 'signing'
          ? pastStatuses(process, input, certificate)
          : validatedStatuses(process, blocks, certificate);
      latest = latestOf(provenStatuses(candidates, certificate.id, { proofs, time }));
      block.check('process.sliding.revocation', mandatory, latest !== undefined, noPoe, {
        params,
        token: certificate.id,
      });
      if (!latest) break;
    } else
      block.check('process.certificate.revocation_skipped', rules.revocationDataSkip, false, noPoe, {
        token: certificate.id,
      });
    time = slideForStatus(process, latest, { context, role, time });
    time = slideForAlgorithms(process, { certificate, latest, context, role, time });
  }
  block.check('process.sliding.time', mandatory, !Number.isNaN(time), noPoe, {
    params: { time: Number.isNaN(time) ? '-' : instantOf(time) },
  });
  return {
    report: block.close({ time: Number.isNaN(time) ? undefined : instantOf(time), chosen: anchor.id }),
    controlTime: time,
  };
}

/** Step 1: now, or the sunset of the anchor. */
function startTime(block: Block, process: Process, anchor: CertificateData): number {
  const sunset = ms(anchor.trustSunset);
  if (!(sunset < process.now)) return process.now;
  block.check('process.sliding.sunset', { level: 'INFORM' }, false, noPoe, {
    params: { to: instantOf(sunset) },
    token: anchor.id,
  });
  return sunset;
}

/** Acceptable states whose issuer is trusted or proven to have existed within its validity: clause 5.6.2.4.4 step 1. */
export function issuerProvenStatuses(
  process: Process,
  { blocks, proofs }: PastInput,
  certificate: CertificateData,
): CertificateStatus[] {
  const sunset = certificatePart(process, 'revocation', 'signing').sunsetDate;
  return acceptableStatuses(process, blocks, certificate).filter(({ data }) => {
    const issuer = signerOf(process, data);
    if (!issuer) return false;
    if (isAnchorAt(issuer, process.now, sunset)) return true;
    return proofs.existedWithin(issuer.id, ms(issuer.notBefore), ms(issuer.notAfter));
  });
}

/** The states that the past signature validation keeps: those with a proven issuer, or all acceptable ones where there is none. */
function pastStatuses(process: Process, input: PastInput, certificate: CertificateData): CertificateStatus[] {
  const proven = issuerProvenStatuses(process, input, certificate);
  const valid = new Set(validatedStatuses(process, input.blocks, certificate).map(({ revocation }) => revocation));
  return (proven.length > 0 ? proven : statusesOf(process, certificate)).filter(({ revocation }) =>
    valid.has(revocation),
  );
}

/** Where the certificate stands at a time of the walk. */
interface Stand {
  readonly context: TokenContext;
  readonly role: CertificateRole;
  readonly time: number;
}

/** Steps 2 b and c: back to the revocation, or to the issuance of a revocation that is not fresh. */
function slideForStatus(
  process: Process,
  latest: CertificateStatus | undefined,
  { context, role, time }: Stand,
): number {
  if (!latest) return time;
  if (latest.status === 'revoked') {
    const { model } = process.policy;
    const shell = model === 'shell' || (model === 'hybrid' && role === 'ca');
    const grave = latest.reason === undefined || latest.reason === 'keyCompromise' || latest.reason === 'unspecified';
    return shell || grave ? Math.min(time, ms(latest.revocationTime)) : time;
  }
  const freshness = checkFreshness(process, latest.data, { context, role, time });
  return undecidedFor(freshness.conclusion, ['TRY_LATER']) ? Math.min(time, ms(latest.data.thisUpdate)) : time;
}

/** Step 2 d: back to when all algorithms of the certificate and its revocation were reliable. */
function slideForAlgorithms(
  process: Process,
  {
    certificate,
    latest,
    context,
    role,
    time,
  }: Stand & { certificate: CertificateData; latest: CertificateStatus | undefined },
): number {
  const { problem, notAfter } = judgeAlgorithms(
    useOf(certificate.signature),
    time,
    certificateAlgorithms(process, context, role),
  );
  const ends = problem?.level === 'FAIL' && notAfter !== undefined ? [notAfter] : [];
  if (latest) ends.push(...endsOfRevocation(process, latest.data, time));
  return Math.min(time, ...ends);
}

/** The report of the best of several slidings: one that passed, with the latest time. */
export function bestSliding(slidings: readonly SlidingResult[]): SlidingResult | undefined {
  return [...slidings].sort(
    (a, b) => Number(passed(b.report)) - Number(passed(a.report)) || b.controlTime - a.controlTime,
  )[0];
}
