import { instantOf } from '../policy/algorithms.ts';
import { Block, type Failure, failureOf, mandatory, noted, passed } from './block.ts';
import { basicPart, chainOf, hasTrustedIssuer, type Process, signerOf } from './context.ts';
import { checkPathAlgorithms } from './obsolescence.ts';
import type { BlockReport } from './report.ts';
import { bestSliding, type PastInput, type SlidingResult, slideTime } from './time-sliding.ts';

const noChain: Failure = ['INDETERMINATE', 'NO_CERTIFICATE_CHAIN_FOUND'];
const noPoe: Failure = ['INDETERMINATE', 'NO_POE'];

/** Result of a past certificate validation. */
export interface PastCertificateResult {
  readonly report: BlockReport;
  /** The latest time at which the path held; absent when there was none. */
  readonly controlTime?: number;
}

/** Past certificate validation: clause 5.6.2.1. */
export function validatePastCertificate(process: Process, input: PastInput): PastCertificateResult {
  const { token, context } = input;
  const block = new Block('past-certificate-validation', '5.6.2.1', token.id);
  const signer = signerOf(process, token);
  const trusted = signer !== undefined && (signer.trusted || hasTrustedIssuer(process, signer));
  block.check('process.path.found', basicPart(process, context).prospectiveCertificateChain, trusted, noChain);
  if (!block.open) return { report: block.close() };
  const slidings: SlidingResult[] = [];
  for (const anchor of chainOf(process, token).filter((certificate) => certificate.trusted)) {
    const sliding = slideTime(process, input, anchor);
    slidings.push(sliding);
    block.add(sliding.report);
    block.check('process.past.sliding', noted, passed(sliding.report), noPoe, { token: anchor.id });
    if (anchor.selfSigned || anchor.trustSunset === undefined || !hasTrustedIssuer(process, anchor)) break;
  }
  const best = bestSliding(slidings);
  const report = best?.report;
  block.check(
    'process.past.time_found',
    mandatory,
    passed(report),
    report ? failureOf(report.conclusion) : noPoe,
    report ? { because: report.conclusion } : {},
  );
  if (!best || !passed(report)) return { report: block.close() };
  checkPathAlgorithms(block, process, token, { context, time: best.controlTime });
  return {
    report: block.close({ time: instantOf(best.controlTime), chosen: report?.chosen }),
    controlTime: best.controlTime,
  };
}
