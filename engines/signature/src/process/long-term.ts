import type { CertificateData } from '../diagnostic/certificate.ts';
import type { SignatureData } from '../diagnostic/signature.ts';
import type { TimestampData } from '../diagnostic/timestamp.ts';
import type { TokenId } from '../diagnostic/token.ts';
import { instantOf } from '../policy/algorithms.ts';
import { acceptSignature } from './acceptance.ts';
import type { BasicBlocks } from './basic-blocks.ts';
import { Block, type Failure, failureOf, mandatory, noted, passed, undecidedFor } from './block.ts';
import { isOnHold } from './certificate.ts';
import {
  type CertificateRole,
  type CertificateStatus,
  certificatePart,
  chainOf,
  isAnchorAt,
  ms,
  type Process,
  signedAttributesPart,
  signerOf,
  statusesOf,
  type TokenContext,
  unsignedAttributesPart,
} from './context.ts';
import { checkDelay } from './delay.ts';
import { archiveTimestamps, hasArchiveMaterial, isSignatureTimestamp, timestampsOf } from './levels.ts';
import { checkNamedCertificates, checkSignatureValue } from './obsolescence.ts';
import { imprintIntact, type Proof } from './poe.ts';
import { checkReliableNow } from './reliable-now.ts';
import type { BlockReport, Conclusion, ProcessSubIndication } from './report.ts';
import { checkFreshness } from './revocation-freshness.ts';
import { needsRevocation } from './revocation-need.ts';
import { latestOf, validatedStatuses } from './selection.ts';
import { timesCoherent } from './timestamp-order.ts';

/** What the phase needs of the ones before it. */
export interface LongTermInput {
  readonly signature: SignatureData;
  readonly blocks: BasicBlocks;
  /** Result of clause 5.3. */
  readonly basic: BlockReport;
  /** Results of clause 5.4 by time-stamp. */
  readonly timestamps: ReadonlyMap<TokenId, BlockReport>;
}

/** Result of the phase, and the time at which the signature is proven to have existed. */
export interface LongTermResult {
  readonly report: BlockReport;
  readonly bestSignatureTime: Proof;
}

const goesOn: readonly ProcessSubIndication[] = [
  'CRYPTO_CONSTRAINTS_FAILURE_NO_POE',
  'REVOKED_NO_POE',
  'REVOKED_CA_NO_POE',
  'TRY_LATER',
  'OUT_OF_BOUNDS_NO_POE',
  'OUT_OF_BOUNDS_NOT_REVOKED',
];
const general: Failure = ['INDETERMINATE', 'CERTIFICATE_CHAIN_GENERAL_FAILURE'];
const tryLater: Failure = ['INDETERMINATE', 'TRY_LATER'];
const notYetValid: Failure = ['FAILED', 'NOT_YET_VALID'];
const outOfBounds: Failure = ['INDETERMINATE', 'OUT_OF_BOUNDS_NOT_REVOKED'];
const constraints: Failure = ['INDETERMINATE', 'SIG_CONSTRAINTS_FAILURE'];

interface Phase extends LongTermInput {
  readonly process: Process;
  readonly block: Block;
  readonly context: TokenContext;
  readonly conclusion: Conclusion;
}

/** Validation process for signatures with time and signatures with long-term validation material: clause 5.5. */
export function validateLongTerm(process: Process, input: LongTermInput): LongTermResult {
  const { signature, basic } = input;
  const block = new Block('long-term-validation', '5.5', signature.id);
  const context: TokenContext = signature.parent === undefined ? 'signature' : 'counter-signature';
  const { conclusion } = basic;
  const phase: Phase = { ...input, process, block, context, conclusion };
  const acceptable = conclusion.indication === 'PASSED' || undecidedFor(conclusion, goesOn);
  block.check('process.long_term.basic', mandatory, acceptable, failureOf(conclusion), { because: conclusion });
  block.inherit(conclusion);
  const now: Proof = { time: process.now };
  if (!acceptable) return { report: block.close({ time: instantOf(now.time) }), bestSignatureTime: now };
  const revocations = selectRevocations(phase);
  const valid = validTimestamps(phase);
  const best = earliest(valid, now);
  checkLevels(phase);
  const ended = compareTimes(phase, best.time, revocations);
  if (!ended) {
    checkTimestamps(phase, valid, best.time);
    if (undecidedFor(conclusion, ['TRY_LATER'])) checkFreshAt(phase, best.time, revocations);
    const accepted = block.open ? acceptSignature(process, signature, { context, time: best.time }) : undefined;
    if (accepted)
      block.check('process.long_term.acceptance', mandatory, passed(accepted), failureOf(accepted.conclusion), {
        because: accepted.conclusion,
      });
    checkReliableNow(
      phase,
      signature,
      [...revocations.values()].map(({ data }) => data),
    );
  }
  const bestSignatureTime = ended ? now : best;
  return {
    report: block.close({ time: instantOf(bestSignatureTime.time), chosen: bestSignatureTime.by }),
    bestSignatureTime,
  };
}

const roleOf = (signature: SignatureData, certificate: CertificateData): CertificateRole =>
  certificate.id === signature.signingCertificate?.certificate ? 'signing' : 'ca';

type Selected = ReadonlyMap<CertificateData, CertificateStatus>;

/** The latest acceptable revocation of each certificate below the anchor. */
function selectRevocations({ process, block, signature, blocks, context }: Phase): Selected {
  const found = new Map<CertificateData, CertificateStatus>();
  for (const certificate of chainOf(process, signature)) {
    const rules = certificatePart(process, context, roleOf(signature, certificate));
    if (isAnchorAt(certificate, process.now, rules.sunsetDate)) break;
    const token = certificate.id;
    if (!needsRevocation(certificate, rules, process.now)) {
      block.check('process.certificate.revocation_skipped', rules.revocationDataSkip, false, tryLater, { token });
      continue;
    }
    block.check(
      'process.certificate.revocation_available',
      rules.revocationDataAvailable,
      certificate.revocations.length > 0,
      general,
      { token },
    );
    if (certificate.revocations.length === 0) continue;
    const latest = latestOf(validatedStatuses(process, blocks, certificate));
    const soon = statusesOf(process, certificate).some(({ revocation }) => {
      const basic = process.revocationBasics.get(revocation)?.conclusion;
      return basic !== undefined && undecidedFor(basic, ['TRY_LATER']);
    });
    block.check(
      'process.certificate.revocation_acceptable',
      rules.acceptableRevocationDataFound,
      latest !== undefined,
      soon ? tryLater : general,
      { token },
    );
    if (latest) found.set(certificate, latest);
  }
  return found;
}

/** Step 3: time-stamps over the signature whose imprint is right and that are valid now. */
function validTimestamps({ process, block, signature, timestamps }: Phase): TimestampData[] {
  const demanded = hasArchiveMaterial(process, signature) ? noted : (process.policy.timestamp?.timestampValid ?? noted);
  return timestampsOf(process, signature)
    .filter(isSignatureTimestamp)
    .filter(({ covered }) => covered.some(({ id }) => id === signature.id))
    .filter((timestamp) => {
      const token = timestamp.id;
      const imprint = imprintIntact(timestamp);
      block.check('process.long_term.timestamp_imprint', noted, imprint, ['PASSED'], { token });
      const report = timestamps.get(token);
      if (!imprint || !report) return false;
      block.check('process.long_term.timestamp_valid', demanded, passed(report), failureOf(report.conclusion), {
        token,
      });
      return passed(report);
    });
}

function earliest(timestamps: readonly TimestampData[], now: Proof): Proof {
  let best = now;
  for (const { id, productionTime } of timestamps)
    if (ms(productionTime) < best.time) best = { time: ms(productionTime), by: id };
  return best;
}

/** Time-stamps that the policy demands of a signature without archive material. */
function checkLevels({ process, block, signature, context, timestamps }: Phase): void {
  if (hasArchiveMaterial(process, signature)) return;
  const rules = unsignedAttributesPart(process, context);
  const valid = ({ id }: TimestampData): boolean => passed(timestamps.get(id));
  const timed = timestampsOf(process, signature).some(
    (timestamp) => isSignatureTimestamp(timestamp) && valid(timestamp),
  );
  const archived = archiveTimestamps(process, signature).some(valid);
  block.check('process.long_term.level_t', rules.tLevelTimeStamp, timed, constraints);
  block.check('process.long_term.level_lta', rules.ltaLevelTimeStamp, archived, constraints);
}

/** Step 4: what the basic validation left open, held against best-signature-time. Returns whether the process ends here. */
function compareTimes(phase: Phase, best: number, revocations: Selected): boolean {
  const { process, block, signature, conclusion } = phase;
  const signer = signerOf(process, signature);
  if (undecidedFor(conclusion, ['REVOKED_NO_POE', 'REVOKED_CA_NO_POE'])) {
    checkRevokedLater(phase, best, revocations);
    checkWithin(phase, best, signer);
  }
  if (conclusion.indication === 'PASSED' || undecidedFor(conclusion, ['OUT_OF_BOUNDS_NO_POE'])) {
    checkNotBefore(block, best, signer);
    if (conclusion.indication !== 'PASSED') {
      block.check('process.long_term.known_not_revoked', mandatory, false, failureOf(conclusion), {
        because: conclusion,
      });
      return true;
    }
  }
  if (undecidedFor(conclusion, ['CRYPTO_CONSTRAINTS_FAILURE_NO_POE'])) checkReliableThen(phase, best);
  if (undecidedFor(conclusion, ['OUT_OF_BOUNDS_NOT_REVOKED'])) checkWithin(phase, best, signer);
  return false;
}

function checkRevokedLater(
  { process, block, signature, conclusion }: Phase,
  best: number,
  revocations: Selected,
): void {
  const rule = process.policy.timestamp?.revocationTimeAgainstBestSignatureTime;
  for (const [certificate, status] of revocations) {
    const signing = roleOf(signature, certificate) === 'signing';
    if (signing !== undecidedFor(conclusion, ['REVOKED_NO_POE'])) continue;
    if (!signing && status.status !== 'revoked') continue;
    const params = { time: instantOf(best), revoked: status.revocationTime ?? '-' };
    const later = ms(status.revocationTime) > best;
    block.check('process.long_term.revoked_later', rule, later, failureOf(conclusion), {
      params,
      token: certificate.id,
    });
  }
}

function checkNotBefore(block: Block, best: number, signer: CertificateData | undefined): void {
  if (!signer) return;
  const params = { time: instantOf(best), from: signer.notBefore };
  block.check('process.long_term.not_before_issuance', mandatory, best >= ms(signer.notBefore), notYetValid, {
    params,
  });
}

function checkWithin({ process, block }: Phase, best: number, signer: CertificateData | undefined): void {
  if (!signer) return;
  checkNotBefore(block, best, signer);
  const rule = process.policy.timestamp?.bestSignatureTimeBeforeExpirationDateOfSigningCertificate;
  const params = { time: instantOf(best), to: signer.notAfter };
  block.check('process.long_term.before_expiry', rule, best <= ms(signer.notAfter), outOfBounds, { params });
}

/** Step 4 c: algorithms of the signature and its attributes at best-signature-time. */
function checkReliableThen({ process, block, signature, context }: Phase, time: number): void {
  checkSignatureValue(block, process, signature, { context, time });
  checkNamedCertificates(block, process, signature, { context, time });
}

/** Steps 4 e and 5: order of the time-stamps, and the delay between signing and time-stamping. */
function checkTimestamps(
  { process, block, signature, context }: Phase,
  valid: readonly TimestampData[],
  best: number,
): void {
  if (valid.length === 0) return;
  const rules = process.policy.timestamp ?? {};
  const coherent = (): boolean => timesCoherent(timestampsOf(process, signature));
  block.check('process.long_term.timestamp_order', rules.coherence, coherent, [
    'INDETERMINATE',
    'TIMESTAMP_ORDER_FAILURE',
  ]);
  if (!rules.timestampDelay) return;
  const { claimedSigningTime: claimed } = signature;
  block.check(
    'process.acceptance.signing_time',
    signedAttributesPart(process, context).signingTime,
    claimed !== undefined,
    constraints,
  );
  checkDelay(block, process, signature, best);
}

/** Steps 6 and 7: fresh enough, or not yet suspended, at best-signature-time. */
function checkFreshAt({ process, block, signature, context }: Phase, time: number, revocations: Selected): void {
  for (const [certificate, status] of revocations) {
    const role = roleOf(signature, certificate);
    const token = certificate.id;
    if (status.reason === 'certificateHold') {
      const rule = certificatePart(process, context, role).notOnHold;
      const params = { time: instantOf(time), suspended: status.revocationTime ?? '-' };
      block.check('process.long_term.suspended_later', rule, !isOnHold(status, time), tryLater, { params, token });
      continue;
    }
    const freshness = checkFreshness(process, status.data, { context, role, time });
    block.add(freshness);
    block.check('process.certificate.revocation_fresh', mandatory, passed(freshness), tryLater, {
      token,
      because: freshness.conclusion,
    });
  }
}
