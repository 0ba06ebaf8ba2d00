import { concatBytes } from '@tra/kernel';
import * as merkle from '@tra/merkle';
import {
  createLogReader,
  createSequencer,
  type LoggedEntry,
  type LogReader,
  type LogStatus,
  type PublishedCheckpoint,
  type Sequencer,
} from '@tra/platform-log';
import type { SystemContext } from '@tra/platform-system';
import type { LogConfig } from './config.ts';
import { LogSystemError } from './errors.ts';
import type { LogPorts } from './ports.ts';

/** A published entry with what it says. */
export interface PublishedEntry extends LoggedEntry {
  readonly data: Uint8Array;
}

/** Evidence that an entry is in the log. */
export interface EntryProof {
  readonly entry: LoggedEntry;
  /** Size of the tree that the checkpoint states. */
  readonly size: number;
  readonly leafHash: Uint8Array;
  readonly path: readonly Uint8Array[];
  readonly checkpoint: string;
  /** All of it as text (c2sp.org/tlog-proof). */
  readonly proof: string;
}

/** What is asked of the public log over HTTP. */
export interface LogServices {
  status(): Promise<LogStatus & { readonly key: string; readonly witnesses: readonly WitnessStatus[] }>;
  newest(): Promise<PublishedCheckpoint>;
  /** The file at `path` (`tile/0/000`), or undefined. Rejects with `merkle.tile_path_invalid`. */
  file(path: string): Promise<Uint8Array | undefined>;
  list: LogReader['list'];
  find: LogReader['find'];
  /** Rejects with `log.entry_unknown`. */
  entry(index: number): Promise<PublishedEntry>;
  /** Rejects with `log.entry_unknown`. */
  prove(index: number): Promise<EntryProof>;
  consistency(from: number, to: number): Promise<readonly Uint8Array[]>;
  /**
   * Takes a checkpoint of ours with cosignatures of configured witnesses and publishes them with it. Resolves to the names of the
   * witnesses. Rejects with `log.checkpoint_unknown` (we never signed it), `log.witness_unknown` (no cosignature of a configured witness)
   * and the codes of engines/merkle.
   */
  addCosignatures(note: string): Promise<readonly string[]>;
}

/** A configured witness and what it cosigned last. */
export interface WitnessStatus {
  readonly name: string;
  /** Size of the newest checkpoint that it cosigned; null before the first. */
  readonly size: number | null;
  readonly at: Date | null;
}

/** Services with what the process needs of them. */
export interface LogService extends LogServices {
  readonly sequencer: Sequencer;
  /** Rejects with `log.late` when entries wait too long, with `log.key_unavailable` or `log.rolled_back` when nothing can be signed. */
  checkHealth(): Promise<void>;
}

/** The address of the product without its scheme, with `/log`. */
export function originOf(config: Pick<LogConfig, 'origin'>, publicUrl: string): string {
  const { host, pathname } = new URL(publicUrl);
  return config.origin || `${host}${pathname.replace(/\/+$/, '')}/log`;
}

/** Makes the service. Throws `merkle.key_invalid` when a witness is configured with something that is no key of a witness. */
export function createLogService(context: SystemContext<LogConfig>, ports: LogPorts): LogService {
  const { config, database, clock, random, logger, keys, server, log } = context;
  const witnesses = config.witnesses.map(witnessKey);
  const reader = createLogReader({ database, format: merkle });
  const sequencer = createSequencer({
    ...{ database, clock, random, logger, keys, format: merkle },
    ...(ports.memory ? { memory: ports.memory } : {}),
    origin: originOf(config, server.publicUrl),
    everyMs: config.everyMs,
  });
  const entry = async (index: number): Promise<PublishedEntry> => {
    const found = await reader.entry(index);
    if (!found) throw new LogSystemError('log.entry_unknown');
    const { entry: bytes, ...facts } = found;
    return { ...facts, data: merkle.decodeEntry(bytes).data };
  };
  const prove = async (index: number): Promise<EntryProof> => {
    const { data, ...facts } = await entry(index);
    const proof = await log.inclusionProof(index);
    const { path, checkpoint, extra = new Uint8Array(0) } = merkle.parseLogProof(proof);
    const { size } = merkle.parseCheckpoint(merkle.parseNote(checkpoint).text);
    return { entry: facts, size, leafHash: merkle.leafHash(concatBytes(extra, data)), path, checkpoint, proof };
  };
  return {
    sequencer,
    status: async () => {
      const { origin, publicKey } = await sequencer.publicKey();
      const key = merkle.formatNoteKey(merkle.noteKeyFromSpki(origin, 'ed25519', publicKey));
      return { ...(await sequencer.status()), key, witnesses: await witnessStatus(reader, witnesses) };
    },
    newest: () => reader.newest(),
    file: async (path) => reader.tile(merkle.parseTilePath(path)),
    list: (filter) => reader.list(filter),
    find: (sha256) => reader.find(sha256),
    entry,
    prove,
    consistency: (from, to) => log.consistencyProof(from, to),
    addCosignatures: (note) => addCosignatures(reader, witnesses, note),
    checkHealth: async () => {
      await sequencer.publicKey();
      await sequencer.check();
      const { oldest, waiting } = await sequencer.status();
      const seconds = oldest ? (clock.now().getTime() - oldest.getTime()) / 1_000 : 0;
      if (seconds > config.lateSeconds) throw new LogSystemError('log.late', { params: { waiting } });
    },
  };
}

function witnessKey(text: string): merkle.NoteKey {
  const key = merkle.parseNoteKey(text);
  if (key.type !== 'cosignature') throw new merkle.MerkleError('merkle.key_invalid', { params: { reason: 'type' } });
  return key;
}

async function witnessStatus(reader: LogReader, witnesses: readonly merkle.NoteKey[]): Promise<WitnessStatus[]> {
  const known = new Map((await reader.witnesses()).map((state) => [state.witness, state]));
  return witnesses.map(({ name }) => ({ name, size: known.get(name)?.size ?? null, at: known.get(name)?.at ?? null }));
}

async function addCosignatures(
  reader: LogReader,
  witnesses: readonly merkle.NoteKey[],
  text: string,
): Promise<readonly string[]> {
  const note = merkle.parseNote(text);
  const { size } = merkle.parseCheckpoint(note.text);
  const ours = await reader.at(size);
  if (!ours || merkle.parseNote(ours.note).text !== note.text) throw new LogSystemError('log.checkpoint_unknown');
  const verified = note.signatures.flatMap(
    (signature) => merkle.verifyCosignature(note.text, signature, witnesses) ?? [],
  );
  if (verified.length === 0) throw new LogSystemError('log.witness_unknown');
  for (const { witness, line, at } of verified) {
    await reader.addCosignature({ size, witness: witness.name, keyId: witness.id, line, at });
  }
  return [...new Set(verified.map(({ witness }) => witness.name))];
}
