import type { TimestampData } from '../diagnostic/timestamp.ts';
import type { SignedToken } from '../diagnostic/token.ts';
import { instantOf } from '../policy/algorithms.ts';
import type { BasicBlocks } from './basic-blocks.ts';
import { Block, type Failure, failureOf, mandatory, noted, passed, undecidedFor } from './block.ts';
import { ms, type Process, signerOf, statusesOf } from './context.ts';
import type { BlockName, BlockReport, Conclusion } from './report.ts';
import { isLater } from './revocation-acceptance.ts';

/** A content time-stamp with the result of its own validation. */
export interface ValidatedTimestamp {
  readonly data: TimestampData;
  readonly basic: BlockReport;
}

/** What is validated, under which clause. */
export interface BasicOptions {
  readonly block: BlockName;
  readonly clause: string;
  /** Time-stamps over the content, made before it was signed. */
  readonly contentTimestamps: readonly ValidatedTimestamp[];
}

/** Validation process for basic signatures (clause 5.3), and for time-stamps (5.4) and revocations in the same way. */
export function validateBasic(
  process: Process,
  token: SignedToken,
  blocks: BasicBlocks,
  options: BasicOptions,
): BlockReport {
  const block = new Block(options.block, options.clause, token.id);
  const step = (code: string, report: BlockReport | undefined): void => {
    if (!report) return;
    const { conclusion } = report;
    block.check(`process.basic.${code}`, mandatory, passed(report), failureOf(conclusion), { because: conclusion });
    block.inherit(conclusion);
  };
  step('format', blocks.format);
  step('identification', blocks.identification);
  step('context', blocks.validationContext);
  const path = blocks.path?.conclusion;
  if (path) block.check('process.basic.path', noted, path.indication === 'PASSED', failureOf(path));
  const status = path ? pathStatus(block, process, token, { path, ...options }) : undefined;
  step('verification', blocks.verification);
  if (path && status) {
    block.inherit(path);
    block.check('process.basic.path_status', mandatory, status[0] === 'PASSED', status, { because: path });
  }
  const { acceptance } = blocks;
  block.inherit(acceptance.conclusion);
  const failure = block.open
    ? acceptanceStatus(block, acceptance, options.contentTimestamps)
    : failureOf(acceptance.conclusion);
  block.check('process.basic.acceptance', mandatory, passed(acceptance), failure, { because: acceptance.conclusion });
  return block.close();
}

interface PathStatus extends BasicOptions {
  readonly path: Conclusion;
}

/** Step 4: a content time-stamp that is younger than the revocation or the end of the certificate proves that it was signed too late. */
function pathStatus(
  block: Block,
  process: Process,
  token: SignedToken,
  { path, contentTimestamps }: PathStatus,
): Failure {
  if (path.indication === 'PASSED') return ['PASSED'];
  const signer = signerOf(process, token);
  if (undecidedFor(path, ['REVOKED_NO_POE'])) {
    const revoked = signer && latestRevocationTime(process, signer);
    if (lateTimestamp(block, contentTimestamps, { limit: revoked, code: 'revocation' })) return ['FAILED', 'REVOKED'];
  }
  if (undecidedFor(path, ['OUT_OF_BOUNDS_NO_POE', 'OUT_OF_BOUNDS_NOT_REVOKED'])) {
    if (lateTimestamp(block, contentTimestamps, { limit: ms(signer?.notAfter), code: 'expiry' }))
      return ['FAILED', 'EXPIRED'];
  }
  return failureOf(path);
}

function latestRevocationTime(process: Process, signer: Parameters<typeof statusesOf>[1]): number | undefined {
  let latest: ReturnType<typeof statusesOf>[number] | undefined;
  for (const status of statusesOf(process, signer)) if (isLater(status.data, latest?.data)) latest = status;
  return latest && ms(latest.revocationTime);
}

/** Whether a valid content time-stamp was made after `limit`. */
function lateTimestamp(
  block: Block,
  timestamps: readonly ValidatedTimestamp[],
  { limit, code }: { limit: number | undefined; code: string },
): boolean {
  for (const { data, basic } of timestamps) {
    const valid = passed(basic);
    block.check('process.basic.content_timestamp', noted, valid, ['PASSED'], { token: data.id });
    if (!valid || limit === undefined || Number.isNaN(limit)) continue;
    const late = ms(data.productionTime) > limit;
    const params = { time: data.productionTime, limit: instantOf(limit) };
    block.check(`process.basic.content_timestamp_before_${code}`, noted, !late, ['PASSED'], { token: data.id, params });
    if (late) return true;
  }
  return false;
}

/** Step 6: an algorithm that was no longer reliable when the content was time-stamped was not reliable when it was signed. */
function acceptanceStatus(
  block: Block,
  { conclusion, cryptographic, token }: BlockReport,
  timestamps: readonly ValidatedTimestamp[],
): Failure {
  const own = failureOf(conclusion);
  if (!undecidedFor(conclusion, ['CRYPTO_CONSTRAINTS_FAILURE_NO_POE']) || cryptographic?.concerns !== token) return own;
  for (const { data, basic } of timestamps) {
    if (!passed(basic)) continue;
    const reliable = ms(data.productionTime) <= ms(cryptographic?.notAfter);
    const params = { time: data.productionTime, limit: cryptographic?.notAfter ?? '-' };
    block.check('process.basic.content_timestamp_before_end', noted, reliable, own, { token: data.id, params });
    if (!reliable) return ['INDETERMINATE', 'CRYPTO_CONSTRAINTS_FAILURE'];
  }
  return own;
}
