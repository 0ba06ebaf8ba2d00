import { fromBase64, toBase64 } from '@tra/kernel';
import { type CheckpointTrust, type OpenedCheckpoint, openCheckpoint } from './checkpoint.ts';
import { MerkleError } from './errors.ts';
import { HASH_BYTES } from './hash.ts';
import { verifyInclusion } from './verify-proof.ts';

/** Evidence that an entry is in a log (c2sp.org/tlog-proof). */
export interface LogProof {
  readonly index: number;
  readonly path: readonly Uint8Array[];
  /** The checkpoint with its signatures, as the log gave it. */
  readonly checkpoint: string;
  /** Not signed by anyone: what helps to make the entry again. */
  readonly extra?: Uint8Array;
}

const FIRST_LINE = 'c2sp.org/tlog-proof@v1';
const PATH_LIMIT = 63;
const PROOF_LIMIT = 1_100_000;

function refuse(): never {
  throw new MerkleError('merkle.proof_invalid');
}

/** The proof as text; files of it end in `.tlog-proof`. */
export function formatLogProof({ index, path, checkpoint, extra }: LogProof): string {
  const extraLine = extra ? [`extra ${toBase64(extra)}`] : [];
  return `${[FIRST_LINE, ...extraLine, `index ${index}`, ...path.map(toBase64)].join('\n')}\n\n${checkpoint}`;
}

function decode(text: string): Uint8Array {
  try {
    const bytes = fromBase64(text);
    return toBase64(bytes) === text ? bytes : refuse();
  } catch {
    return refuse();
  }
}

/** Reads a proof; verifies nothing. Throws `merkle.proof_invalid`. */
export function parseLogProof(text: string): LogProof {
  const end = text.indexOf('\n\n');
  if (end < 0 || text.length > PROOF_LIMIT) refuse();
  const lines = text.slice(0, end).split('\n');
  if (lines.shift() !== FIRST_LINE) refuse();
  const extra = lines[0]?.startsWith('extra ') ? decode((lines.shift() as string).slice(6)) : undefined;
  const [, digits] = /^index (0|[1-9]\d{0,15})$/.exec(lines.shift() ?? '') ?? refuse();
  const index = Number(digits);
  const path = lines.map(decode);
  if (!Number.isSafeInteger(index) || path.length > PATH_LIMIT) refuse();
  if (path.some((hash) => hash.length !== HASH_BYTES)) refuse();
  return { index, path, checkpoint: text.slice(end + 2), ...(extra ? { extra } : {}) };
}

/**
 * Verifies that the leaf is in the log whose checkpoint the proof carries; returns that checkpoint. Throws the codes of
 * {@link openCheckpoint} and `merkle.proof_invalid`.
 *
 * @example
 * const { checkpoint } = verifyLogProof(parseLogProof(text), leafHash(entry), { log: [parseNoteKey(vkey)] });
 */
export function verifyLogProof(proof: LogProof, leaf: Uint8Array, trust: CheckpointTrust): OpenedCheckpoint {
  const opened = openCheckpoint(proof.checkpoint, trust);
  verifyInclusion({ leaf, index: proof.index, path: proof.path, head: opened.checkpoint });
  return opened;
}
