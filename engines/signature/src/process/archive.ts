import type { SignatureData } from '../diagnostic/signature.ts';
import type { TimestampData } from '../diagnostic/timestamp.ts';
import type { TokenId } from '../diagnostic/token.ts';
import { instantOf } from '../policy/algorithms.ts';
import { acceptSignature, acceptTimestamp } from './acceptance.ts';
import type { BasicBlocks } from './basic-blocks.ts';
import { Block, type Failure, failureOf, informative, mandatory, noted, passed, undecidedFor } from './block.ts';
import { ms, type Process, type TokenContext, tokenAlgorithms, unsignedAttributesPart } from './context.ts';
import { checkAlgorithms } from './cryptographic.ts';
import { checkDelay } from './delay.ts';
import { archiveTimestamps, hasArchiveMaterial, isSignatureTimestamp, timestampsOf } from './levels.ts';
import type { LongTermResult } from './long-term.ts';
import { validatePastSignature } from './past-signature.ts';
import { imprintIntact, type Proof, type Proofs } from './poe.ts';
import type { BlockReport, ProcessSubIndication } from './report.ts';
import { isRecoverable } from './selection.ts';

const constraints: Failure = ['INDETERMINATE', 'SIG_CONSTRAINTS_FAILURE'];

/** What the last phase of a signature needs. */
export interface ArchiveInput {
  readonly signature: SignatureData;
  readonly blocks: BasicBlocks;
  readonly longTerm: LongTermResult;
  /** Results by time-stamp and by evidence record. */
  readonly timestamps: ReadonlyMap<TokenId, BlockReport>;
  readonly evidenceRecords: ReadonlyMap<TokenId, BlockReport>;
  readonly proofs: Proofs;
}

/** Result of the last phase, with the earliest proven time. */
export interface ArchiveResult {
  readonly report: BlockReport;
  readonly bestSignatureTime: Proof;
}

const alsoRecoverable: readonly ProcessSubIndication[] = ['SIG_CONSTRAINTS_FAILURE', 'TRY_LATER'];

/** Validation process for signatures providing long term availability and integrity of validation material: clause 5.6.3. */
export function validateArchive(process: Process, input: ArchiveInput): ArchiveResult {
  const { signature, longTerm, proofs } = input;
  const block = new Block('archive-validation', '5.6.3', signature.id);
  const { conclusion } = longTerm.report;
  const finish = (best: Proof): ArchiveResult => ({
    report: block.close({ time: instantOf(best.time), chosen: best.by }),
    bestSignatureTime: best,
  });
  checkEvidenceRecords(block, process, input);
  const goesOn = isRecoverable(conclusion) || undecidedFor(conclusion, alsoRecoverable);
  block.check('process.archive.long_term', mandatory, goesOn, failureOf(conclusion), { because: conclusion });
  block.inherit(conclusion);
  if (!goesOn) return finish(longTerm.bestSignatureTime);
  if (!undecidedFor(conclusion, ['NO_CERTIFICATE_CHAIN_FOUND_NO_POE'])) {
    const material = hasArchiveMaterial(process, signature);
    const rule = passed(longTerm.report) ? informative : mandatory;
    block.check('process.archive.material', rule, material, failureOf(conclusion), { because: conclusion });
    if (!material) return finish(longTerm.bestSignatureTime);
  }
  proofs.add(signature.id, longTerm.bestSignatureTime);
  checkTimestamps(block, process, input);
  const best = proofs.lowest(signature.id);
  if (!passed(longTerm.report)) decideByPast(block, process, input, best);
  return finish(best);
}

/** Step 1: evidence records over the signature. What valid ones prove was taken up when they were validated. */
function checkEvidenceRecords(block: Block, process: Process, { signature, evidenceRecords }: ArchiveInput): void {
  const demanded = process.policy.evidenceRecord?.evidenceRecordValid ?? noted;
  for (const token of signature.evidenceRecords) {
    const report = evidenceRecords.get(token);
    if (report)
      block.check('process.archive.evidence_record', demanded, passed(report), failureOf(report.conclusion), { token });
  }
}

/** Step 5: the time-stamps, the newest first, and those that the policy demands. */
function checkTimestamps(block: Block, process: Process, { signature, timestamps, blocks }: ArchiveInput): void {
  const demanded = process.policy.timestamp?.timestampValid ?? noted;
  const own = timestampsOf(process, signature).sort((a, b) => ms(b.productionTime) - ms(a.productionTime));
  for (const { id } of own) {
    const report = timestamps.get(id);
    if (report)
      block.check('process.archive.timestamp', demanded, passed(report), failureOf(report.conclusion), { token: id });
  }
  const rules = unsignedAttributesPart(process, blocks.context);
  const valid = ({ id }: TimestampData): boolean => passed(timestamps.get(id));
  const timed = own.some((timestamp) => isSignatureTimestamp(timestamp) && valid(timestamp));
  const archived = archiveTimestamps(process, signature).some(valid);
  block.check('process.long_term.level_t', rules.tLevelTimeStamp, timed, constraints);
  block.check('process.long_term.level_lta', rules.ltaLevelTimeStamp, archived, constraints);
}

/** Steps 7 to 9. */
function decideByPast(
  block: Block,
  process: Process,
  { signature, blocks, longTerm, proofs }: ArchiveInput,
  best: Proof,
): void {
  const context: TokenContext = blocks.context;
  const past = validatePastSignature(process, {
    token: signature,
    blocks,
    context,
    proofs,
    current: longTerm.report.conclusion,
  });
  block.add(past);
  block.check('process.archive.past', mandatory, passed(past), failureOf(past.conclusion), {
    because: past.conclusion,
  });
  if (!block.open) return;
  checkDelay(block, process, signature, best.time);
  const accepted = acceptSignature(process, signature, { context, time: best.time });
  block.check('process.long_term.acceptance', mandatory, passed(accepted), failureOf(accepted.conclusion), {
    because: accepted.conclusion,
  });
}

/** What the last phase of a time-stamp needs. */
export interface TimestampArchiveInput {
  readonly timestamp: TimestampData;
  readonly blocks: BasicBlocks;
  /** Result of clause 5.4. */
  readonly basic: BlockReport;
  readonly proofs: Proofs;
}

/** Validation of a time-stamp with what is proven of the past: clause 5.6.3.4 steps 5 a to d. */
export function validateTimestampArchive(
  process: Process,
  { timestamp, blocks, basic, proofs }: TimestampArchiveInput,
): BlockReport {
  const block = new Block('timestamp-archive-validation', '5.6.3.4', timestamp.id);
  const lowest = proofs.lowest(timestamp.id).time;
  const { conclusion } = basic;
  const goesOn = isRecoverable(conclusion);
  block.check('process.archive.timestamp_basic', mandatory, goesOn, failureOf(conclusion), { because: conclusion });
  block.inherit(conclusion);
  if (!goesOn) return block.close({ time: instantOf(lowest) });
  if (!passed(basic)) {
    const past = validatePastSignature(process, {
      token: timestamp,
      blocks,
      context: 'timestamp',
      proofs,
      current: conclusion,
    });
    block.add(past);
    block.check('process.archive.timestamp_past', mandatory, passed(past), failureOf(past.conclusion), {
      because: past.conclusion,
    });
    const accepted = block.open ? acceptTimestamp(process, timestamp, lowest) : undefined;
    if (accepted)
      block.check('process.archive.timestamp_acceptance', mandatory, passed(accepted), failureOf(accepted.conclusion), {
        because: accepted.conclusion,
      });
  }
  const imprint = timestamp.digestMatchers.find(({ type }) => type === 'message-imprint')?.digest?.algorithm;
  const catalogue = tokenAlgorithms(process, 'timestamp');
  checkAlgorithms(block, { digest: imprint }, { part: 'imprint', time: lowest, catalogue, atMost: 'WARN' });
  block.check('process.archive.timestamp_imprint', noted, imprintIntact(timestamp), ['PASSED']);
  return block.close({ time: instantOf(lowest) });
}
