import { fromBase64, type Signer, toBase64 } from '@tra/kernel';
import { type Cosignature, verifyCosignature } from './cosignature.ts';
import { MerkleError } from './errors.ts';
import { HASH_BYTES } from './hash.ts';
import { formatNote, parseNote, type SignedNote, signNote, verifyNote } from './note.ts';
import type { NoteKey } from './note-key.ts';
import { checkSize } from './ranges.ts';

/** What a log states of itself (c2sp.org/tlog-checkpoint). */
export interface Checkpoint {
  /** Names the log. */
  readonly origin: string;
  /** Entries of the log. */
  readonly size: number;
  /** Root of the tree over them. */
  readonly root: Uint8Array;
  /** Further lines; none from us. */
  readonly extensions?: readonly string[];
}

function refuse(): never {
  throw new MerkleError('merkle.checkpoint_invalid');
}

/** The text of a checkpoint that is signed. Throws `merkle.checkpoint_invalid`. */
export function formatCheckpoint({ origin, size, root, extensions = [] }: Checkpoint): string {
  checkSize(size);
  const lines = [origin, String(size), toBase64(root), ...extensions];
  if (root.length !== HASH_BYTES || lines.some((line) => line === '' || line.includes('\n'))) refuse();
  return `${lines.join('\n')}\n`;
}

/** Reads the text of a checkpoint. Throws `merkle.checkpoint_invalid`. */
export function parseCheckpoint(text: string): Checkpoint {
  const [origin = '', size = '', root = '', ...extensions] = text.split('\n').slice(0, -1);
  if (!text.endsWith('\n') || origin === '' || extensions.includes('')) refuse();
  if (!/^(?:0|[1-9]\d{0,15})$/.test(size) || !Number.isSafeInteger(Number(size))) refuse();
  if (!/^[A-Za-z0-9+/]{43}=$/.test(root)) refuse();
  const hash = fromBase64(root);
  if (toBase64(hash) !== root) refuse();
  return { origin, size: Number(size), root: hash, extensions };
}

/** Signs a checkpoint with the Ed25519 key of its log; resolves to the note. */
export async function signCheckpoint(checkpoint: Checkpoint, signer: Signer): Promise<string> {
  const text = formatCheckpoint(checkpoint);
  return formatNote(text, [await signNote(text, checkpoint.origin, signer)]);
}

/** Whom a checkpoint must come from. */
export interface CheckpointTrust {
  /** Keys of the log, each with the origin as its name. */
  readonly log: readonly NoteKey[];
  readonly witnesses?: readonly NoteKey[];
  /** How many witnesses must have cosigned; 0 unless told. */
  readonly quorum?: number;
}

/** A checkpoint whose signature was verified. */
export interface OpenedCheckpoint {
  readonly checkpoint: Checkpoint;
  readonly note: SignedNote;
  /** One for each known witness that cosigned, the newest of it. */
  readonly cosignatures: readonly Cosignature[];
}

/**
 * Reads a checkpoint and verifies who signed it. Throws the codes of {@link parseNote}, {@link verifyNote} and {@link parseCheckpoint},
 * `merkle.origin_mismatch` when the key that verifies it is of another log, `merkle.witnesses_missing` below the quorum.
 */
export function openCheckpoint(text: string, trust: CheckpointTrust): OpenedCheckpoint {
  const note = parseNote(text);
  const signed = verifyNote(note, trust.log);
  const checkpoint = parseCheckpoint(note.text);
  if (!signed.some(({ name }) => name === checkpoint.origin)) {
    throw new MerkleError('merkle.origin_mismatch', { params: { origin: checkpoint.origin.slice(0, 200) } });
  }
  const cosignatures = cosignaturesOf(note, trust.witnesses ?? []);
  const { quorum = 0 } = trust;
  if (cosignatures.length < quorum) {
    throw new MerkleError('merkle.witnesses_missing', { params: { count: cosignatures.length, quorum } });
  }
  return { checkpoint, note, cosignatures };
}

// One holder of one key counts once, under however many names it is configured.
function cosignaturesOf(note: SignedNote, witnesses: readonly NoteKey[]): Cosignature[] {
  const newest = new Map<string, Cosignature>();
  for (const signature of note.signatures) {
    const found = verifyCosignature(note.text, signature, witnesses);
    if (!found) continue;
    const holder = toBase64(found.witness.publicKey);
    const known = newest.get(holder);
    if (!known || known.at < found.at) newest.set(holder, found);
  }
  return [...newest.values()];
}
