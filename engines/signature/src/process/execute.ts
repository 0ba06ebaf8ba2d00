import { createHash } from 'node:crypto';
import { canonicalJson, type Json } from '@tra/kernel';
import { hashDiagnosticData } from '../diagnostic/hash.ts';
import type { DiagnosticData } from '../diagnostic/model.ts';
import type { SignatureData } from '../diagnostic/signature.ts';
import type { TimestampData } from '../diagnostic/timestamp.ts';
import type { Instant, TokenId } from '../diagnostic/token.ts';
import { instantOf } from '../policy/algorithms.ts';
import type { ProcessPolicy } from '../policy/policy.ts';
import { type ArchiveResult, validateArchive, validateTimestampArchive } from './archive.ts';
import { type BasicBlocks, revocationBlocks, signatureBlocks, timestampBlocks, tokenReport } from './basic-blocks.ts';
import { type BasicOptions, validateBasic } from './basic-validation.ts';
import { checkData } from './check-data.ts';
import { ms, openProcess, type Process } from './context.ts';
import { validateEvidenceRecord } from './evidence-record.ts';
import { isContentTimestamp, timestampsOf } from './levels.ts';
import { validateLongTerm } from './long-term.ts';
import { Proofs } from './poe.ts';
import type {
  BlockReport,
  DetailedReport,
  EvidenceRecordProcessReport,
  FinalIndication,
  ProcessIndication,
  ProofOfExistence,
  SignatureProcessReport,
  TimestampProcessReport,
} from './report.ts';
import { checkTrustedList } from './trusted-lists.ts';

interface Run {
  readonly process: Process;
  readonly proofs: Proofs;
  readonly blocks: Map<TokenId, BasicBlocks>;
  readonly timestampBasics: Map<TokenId, BlockReport>;
  readonly timestampArchives: Map<TokenId, BlockReport>;
  readonly evidenceRecords: Map<TokenId, { report: BlockReport; proof: ProofOfExistence }>;
}

/**
 * Runs the signature validation process of ETSI EN 319 102-1 over diagnostic data: basic validation (clause 5.3), time-stamps (5.4), signatures
 * with time and long-term material (5.5), archive material and evidence records (5.6), for every signature, time-stamp and evidence record in
 * them. Nothing is fetched and no clock is read: the same data, policy and time give the same report. A signature that does not
 * validate is a result; {@link ProcessError} is thrown only for data that no process could judge (`process.data_invalid`,
 * `process.too_large`).
 *
 * @param at the validation time; the one in the data unless told
 * @example
 * const report = executeValidation(data, policy);
 * report.signatures[0]?.indication; // 'TOTAL_PASSED'
 */
export function executeValidation(data: DiagnosticData, policy: ProcessPolicy, at?: Instant): DetailedReport {
  const now = ms(at ?? data.validationTime);
  checkData(data, now);
  const run: Run = {
    process: openProcess(data, policy, now),
    proofs: new Proofs(now),
    blocks: new Map(),
    timestampBasics: new Map(),
    timestampArchives: new Map(),
    evidenceRecords: new Map(),
  };
  buildBlocks(run);
  judgeEvidenceRecords(run);
  judgeTimestamps(run);
  const signatures = data.signatures.map((signature) => judgeSignature(run, signature));
  return {
    version: 1,
    validationTime: instantOf(now),
    policy: { name: policy.name, sha256: hashPolicy(policy) },
    diagnosticDataSha256: hashDiagnosticData(data),
    signatures,
    timestamps: data.timestamps.map((timestamp) => timestampReport(run, timestamp)),
    evidenceRecords: data.evidenceRecords.map(({ id }) => evidenceReport(run, id)),
    tokens: [...run.process.tokens.values()],
    trustedLists: data.trustedLists.map((list) => checkTrustedList(run.process, list)),
  };
}

const policyHashes = new WeakMap<ProcessPolicy, string>();

/** Lower-case hexadecimal SHA-256 of a policy in canonical JSON. */
export function hashPolicy(policy: ProcessPolicy): string {
  const known = policyHashes.get(policy);
  if (known !== undefined) return known;
  const hash = createHash('sha256')
    .update(canonicalJson(policy as unknown as Json))
    .digest('hex');
  if (Object.isFrozen(policy)) policyHashes.set(policy, hash);
  return hash;
}

const revocationBasic: BasicOptions = { block: 'basic-validation', clause: '5.3', contentTimestamps: [] };

/** Basic building blocks of everything, in the order in which later ones look at earlier ones. */
function buildBlocks({ process, blocks }: Run): void {
  const keep = (built: BasicBlocks): void => {
    blocks.set(built.token, built);
    process.tokens.set(built.token, tokenReport(built));
  };
  const { revocations, timestamps, signatures } = process.data;
  for (const revocation of revocations) {
    const built = revocationBlocks(process, revocation);
    keep(built);
    process.revocationBasics.set(revocation.id, validateBasic(process, revocation, built, revocationBasic));
  }
  for (const timestamp of timestamps) keep(timestampBlocks(process, timestamp));
  for (const signature of signatures) keep(signatureBlocks(process, signature));
}

function basicOf(run: Run, timestamp: TimestampData): BlockReport {
  const known = run.timestampBasics.get(timestamp.id);
  if (known) return known;
  const options = { block: 'timestamp-validation', clause: '5.4', contentTimestamps: [] } as const;
  const basic = validateBasic(run.process, timestamp, blocksOf(run, timestamp.id), options);
  run.timestampBasics.set(timestamp.id, basic);
  return basic;
}

function blocksOf({ blocks }: Run, token: TokenId): BasicBlocks {
  const found = blocks.get(token);
  if (!found) throw new Error(`no building blocks for ${token}`);
  return found;
}

/** Evidence records first: each of their time-stamps is judged with what the next one proves. */
function judgeEvidenceRecords(run: Run): void {
  const { process, proofs } = run;
  for (const record of process.data.evidenceRecords) {
    const own = record.timestamps.flatMap((id) => process.timestamps.get(id) ?? []);
    own.sort((a, b) => ms(a.productionTime) - ms(b.productionTime));
    const temporary = new Proofs(process.now);
    for (const [index, timestamp] of own.entries()) {
      const next = own[index + 1];
      if (next) temporary.addTemporary(next);
      const archive = archiveOf(run, timestamp, temporary);
      run.timestampArchives.set(timestamp.id, archive);
      if (archive.conclusion.indication === 'PASSED') temporary.addTimestamp(timestamp);
    }
    const { report, proof } = validateEvidenceRecord(process, record, run.timestampArchives);
    run.evidenceRecords.set(record.id, { report, proof: proofOf(proof) });
    if (report.conclusion.indication === 'PASSED') proofs.addEvidenceRecord(record, process);
  }
}

/** The other time-stamps, the newest first: a valid one proves what it covers to those before it. */
function judgeTimestamps(run: Run): void {
  const { process, proofs } = run;
  const rest = process.data.timestamps.filter(({ id }) => !run.timestampArchives.has(id));
  for (const timestamp of rest.sort((a, b) => ms(b.productionTime) - ms(a.productionTime))) {
    const archive = archiveOf(run, timestamp, proofs);
    run.timestampArchives.set(timestamp.id, archive);
    if (archive.conclusion.indication === 'PASSED') proofs.addTimestamp(timestamp);
  }
}

function archiveOf(run: Run, timestamp: TimestampData, proofs: Proofs): BlockReport {
  const basic = basicOf(run, timestamp);
  return validateTimestampArchive(run.process, { timestamp, blocks: blocksOf(run, timestamp.id), basic, proofs });
}

function judgeSignature(run: Run, signature: SignatureData): SignatureProcessReport {
  const { process, proofs } = run;
  const blocks = blocksOf(run, signature.id);
  const contentTimestamps = timestampsOf(process, signature)
    .filter(isContentTimestamp)
    .map((data) => ({ data, basic: basicOf(run, data) }));
  const basic = validateBasic(process, signature, blocks, {
    block: 'basic-validation',
    clause: '5.3',
    contentTimestamps,
  });
  const longTerm = validateLongTerm(process, { signature, blocks, basic, timestamps: run.timestampBasics });
  const evidenceRecords = new Map([...run.evidenceRecords].map(([id, { report }]) => [id, report]));
  const input = { signature, blocks, longTerm, timestamps: run.timestampArchives, evidenceRecords, proofs };
  return signatureReport(signature, { basic, longTerm: longTerm.report, archive: validateArchive(process, input) });
}

const totals: Readonly<Record<ProcessIndication, FinalIndication>> = {
  PASSED: 'TOTAL_PASSED',
  FAILED: 'TOTAL_FAILED',
  INDETERMINATE: 'INDETERMINATE',
};

function signatureReport(
  signature: SignatureData,
  { basic, longTerm, archive }: { basic: BlockReport; longTerm: BlockReport; archive: ArchiveResult },
): SignatureProcessReport {
  const { indication, subIndication } = archive.report.conclusion;
  return {
    token: signature.id,
    counterSignature: signature.parent !== undefined,
    basic,
    longTerm,
    archive: archive.report,
    bestSignatureTime: proofOf(archive.bestSignatureTime),
    timestamps: signature.timestamps,
    evidenceRecords: signature.evidenceRecords,
    indication: totals[indication],
    ...(subIndication === undefined ? {} : { subIndication }),
  };
}

const proofOf = ({ time, by }: { time: number; by?: TokenId }): ProofOfExistence => ({
  time: instantOf(time),
  ...(by === undefined ? {} : { by }),
});

function timestampReport(run: Run, timestamp: TimestampData): TimestampProcessReport {
  const archive = run.timestampArchives.get(timestamp.id) ?? archiveOf(run, timestamp, run.proofs);
  const { indication, subIndication } = archive.conclusion;
  return {
    token: timestamp.id,
    basic: basicOf(run, timestamp),
    archive,
    indication,
    ...(subIndication === undefined ? {} : { subIndication }),
  };
}

function evidenceReport({ evidenceRecords }: Run, token: TokenId): EvidenceRecordProcessReport {
  const found = evidenceRecords.get(token);
  if (!found) throw new Error(`no result for ${token}`);
  const { indication, subIndication } = found.report.conclusion;
  return {
    token,
    validation: found.report,
    proof: found.proof,
    indication,
    ...(subIndication === undefined ? {} : { subIndication }),
  };
}
