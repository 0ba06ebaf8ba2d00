import type { EvidenceRecordData } from '../diagnostic/timestamp.ts';
import type { TokenId } from '../diagnostic/token.ts';
import { instantOf } from '../policy/algorithms.ts';
import { Block, type Failure, failureOf, mandatory, passed } from './block.ts';
import { coversTokens, holdsSignedFiles, recordCovers } from './container.ts';
import { ms, type Process, recordAlgorithms } from './context.ts';
import { checkReferenceAlgorithms } from './cryptographic.ts';
import type { Proof } from './poe.ts';
import type { BlockReport } from './report.ts';
import { dataNotFound, hashFailure } from './verification.ts';

const formatFailure: Failure = ['FAILED', 'FORMAT_FAILURE'];

/** Result of an evidence record: what it proves, when it is valid, dates from its first time-stamp. */
export interface EvidenceRecordResult {
  readonly report: BlockReport;
  readonly proof: Proof;
}

/** Validation of an evidence record: clause 5.6.3.4 step 1, RFC 4998 clause 5.3, RFC 6283. `timestamps` holds the results of its own. */
export function validateEvidenceRecord(
  process: Process,
  record: EvidenceRecordData,
  timestamps: ReadonlyMap<TokenId, BlockReport>,
): EvidenceRecordResult {
  const block = new Block('evidence-record-validation', '5.6.3.4', record.id);
  const rules = process.policy.evidenceRecord ?? {};
  checkObjects(block, process, record);
  const { container } = process.data;
  if (record.origin !== 'container' && record.covered.some(({ category }) => category === 'signature')) {
    const held = (): boolean => holdsSignedFiles(process, record);
    block.check('process.evidence.signed_files', rules.signedFilesCovered, held, formatFailure);
  }
  if (container && coversTokens(record)) {
    const covered = (): boolean => recordCovers(process, container, record);
    const rule = rules.containerSignedAndTimestampedFilesCovered;
    block.check('process.evidence.files_covered', rule, covered, formatFailure);
  }
  const known = record.timestamps.flatMap((id) => process.timestamps.get(id) ?? []);
  block.check(
    'process.evidence.timestamps',
    mandatory,
    known.length > 0 && known.length === record.timestamps.length,
    dataNotFound,
  );
  for (const { id } of known) {
    const report = timestamps.get(id);
    block.check(
      'process.evidence.timestamp',
      mandatory,
      passed(report),
      report ? failureOf(report.conclusion) : dataNotFound,
      {
        token: id,
        ...(report ? { because: report.conclusion } : {}),
      },
    );
  }
  const first = known.map(({ productionTime }) => ms(productionTime)).sort((a, b) => a - b)[0];
  const proof: Proof = block.open && first !== undefined ? { time: first, by: record.id } : { time: process.now };
  checkReferenceAlgorithms(block, record.digestMatchers, {
    part: 'archive-object',
    time: proof.time,
    catalogue: recordAlgorithms(process),
  });
  return { report: block.close({ time: instantOf(proof.time) }), proof };
}

/** The documents that the record covers are there and unchanged, and it covers nothing that is missing. */
function checkObjects(block: Block, { policy }: Process, { digestMatchers }: EvidenceRecordData): void {
  const rules = policy.evidenceRecord ?? {};
  const objects = digestMatchers.filter(({ type }) => type !== 'er-orphan-reference');
  for (const { found, intact, name, documentName, type } of objects) {
    const params = { name: name ?? documentName ?? type };
    block.check('process.verification.data_found', rules.dataObjectExistence, found, dataNotFound, { params });
    if (found) block.check('process.verification.data_intact', rules.dataObjectIntact, intact, hashFailure, { params });
  }
  block.check(
    'process.evidence.object_found',
    rules.dataObjectFound,
    digestMatchers.some(({ found }) => found),
    dataNotFound,
  );
  const orphans = digestMatchers.some(({ type }) => type === 'er-orphan-reference');
  block.check('process.evidence.group', rules.dataObjectGroup, !orphans, dataNotFound);
}
