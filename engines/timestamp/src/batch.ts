import { parseSignedData } from '@tra/cms';
import { leafHash, nodeHash, verifyInclusion } from '@tra/merkle';
import type { Check } from '@tra/pki';
import { TimestampError } from './errors.ts';
import { encodeImprint, type ImprintAlgorithm } from './imprint.ts';
import { readTstInfo } from './tst-info.ts';
import { type TokenReport, type VerifyTokenOptions, verifyToken } from './verify-token.ts';

/** Most digests of a batch. */
export const MAX_BATCH: number = 10_000;

/** A digest with the algorithm that made it. */
export interface Imprint {
  readonly algorithm: ImprintAlgorithm;
  readonly value: Uint8Array;
}

/** Where a digest stands in a batch, and the way from it to the root. */
export interface BatchProof {
  readonly index: number;
  /** Digests in the batch. */
  readonly size: number;
  /** SHA-256 hashes beside the way up, the lowest first (RFC 9162 section 2.1.3). */
  readonly path: readonly Uint8Array[];
}

/** Many digests under one hash, which one token stamps. */
export interface Batch {
  /** SHA-256 root, to be stamped as a SHA-256 digest. */
  readonly root: Uint8Array;
  /** One for each digest, in the order they were given. */
  readonly proofs: readonly BatchProof[];
}

/**
 * Puts digests under one root: the Merkle tree of RFC 9162 section 2.1.1 whose entries are the encoded MessageImprints (RFC 3161
 * section 2.4.1). Throws {@link TimestampError} `timestamp.batch_invalid`, `timestamp.digest_unsupported`, `timestamp.digest_length`.
 *
 * @example
 * const { root, proofs } = createBatch(digests);
 * const { token } = await authority.stamp({ algorithm: 'sha256', value: root });
 */
export function createBatch(imprints: readonly Imprint[]): Batch {
  if (imprints.length === 0 || imprints.length > MAX_BATCH)
    throw new TimestampError('timestamp.batch_invalid', { params: { limit: MAX_BATCH } });
  const rows: Uint8Array[][] = [imprints.map(({ algorithm, value }) => leafHash(encodeImprint(algorithm, value)))];
  for (let row = rows[0] as Uint8Array[]; row.length > 1; rows.push(row)) row = rowAbove(row);
  const size = imprints.length;
  return {
    root: (rows.at(-1) as Uint8Array[])[0] as Uint8Array,
    proofs: imprints.map((_, index) => ({ index, size, path: pathOf(rows, index) })),
  };
}

function rowAbove(row: readonly Uint8Array[]): Uint8Array[] {
  const above: Uint8Array[] = [];
  for (let at = 0; at < row.length; at += 2) {
    const left = row[at] as Uint8Array;
    const right = row[at + 1];
    // A last one without a neighbour is the root of its own smaller tree, and rises as it is.
    above.push(right ? nodeHash(left, right) : left);
  }
  return above;
}

function pathOf(rows: readonly (readonly Uint8Array[])[], index: number): Uint8Array[] {
  const path: Uint8Array[] = [];
  let place = index;
  for (const row of rows) {
    const sibling = row[place ^ 1];
    if (sibling) path.push(sibling);
    place >>= 1;
  }
  return path;
}

/** Input of {@link verifyBatchToken}. */
export interface VerifyBatchOptions extends Omit<VerifyTokenOptions, 'digest' | 'data'> {
  readonly imprint: Imprint;
  readonly proof: BatchProof;
}

/**
 * Verifies that `imprint` is in the batch that `token` stamps, and the token itself as `verifyToken` does. Never throws.
 *
 * @example
 * const report = verifyBatchToken({ token, imprint: { algorithm: 'sha256', value }, proof, anchors: [root], crls });
 */
export function verifyBatchToken({ imprint, proof, ...options }: VerifyBatchOptions): TokenReport {
  const root = provenRoot(options.token, imprint, proof);
  const clause = 'RFC 9162 2.1.3.2';
  if (!root) {
    const check: Check = { code: 'timestamp.proof_invalid', status: 'failed', clause };
    return { verdict: 'failed', code: check.code, params: {}, checks: [check] };
  }
  const report = verifyToken({ ...options, digest: { algorithm: 'sha256', value: root } });
  return { ...report, checks: [{ code: 'timestamp.proof_ok', status: 'passed', clause }, ...report.checks] };
}

function provenRoot(token: Uint8Array, { algorithm, value }: Imprint, proof: BatchProof): Uint8Array | undefined {
  try {
    const { imprint } = readTstInfo(parseSignedData(token).content ?? new Uint8Array(0));
    if (imprint.algorithm !== 'sha256' || proof.size > MAX_BATCH) return undefined;
    const leaf = leafHash(encodeImprint(algorithm, value));
    verifyInclusion({ leaf, index: proof.index, path: proof.path, head: { size: proof.size, root: imprint.value } });
    return imprint.value;
  } catch {
    return undefined;
  }
}
