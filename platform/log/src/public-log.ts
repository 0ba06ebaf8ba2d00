import { type Clock, toHex } from '@tra/kernel';
import type { Database, Kysely } from '@tra/platform-storage';
import { checkEntry, type LogEntry } from './entry.ts';
import { LogError } from './errors.ts';
import type { LogFormat, Tile } from './ports.ts';
import { createLogReader } from './reader.ts';
import { insertOutbox, type LogTables, readTileParts, type Tables } from './store.ts';

/** Where an entry lies in the log. */
export interface LoggedEntry {
  /** Place in the log, from 0. */
  readonly index: number;
  readonly type: string;
  /** When it was appended; part of the entry. */
  readonly at: Date;
  /** Hexadecimal SHA-256 of its data. */
  readonly sha256: string;
}

/** What others may ask of the public log. */
export interface PublicLog {
  /**
   * Appends entries in the caller's transaction: they will be in the log exactly when what they tell of has happened. They get their
   * places shortly after the commit. Rejects with `log.type_unknown`, `log.data_invalid` or `log.data_too_large`.
   */
  append<T>(trx: Kysely<T>, ...entries: readonly LogEntry[]): Promise<void>;
  /** The newest checkpoint with its cosignatures: a signed note (c2sp.org/tlog-checkpoint). Rejects with `log.empty` before the first. */
  checkpoint(): Promise<string>;
  /** Entries whose data has this SHA-256 (hexadecimal), oldest first, at most 100; only those that a checkpoint covers. */
  find(sha256: string): Promise<readonly LoggedEntry[]>;
  /**
   * Evidence that the entry at `index` is in the log, which anyone can verify without us: its inclusion proof with a checkpoint (the
   * newest that a witness cosigned, if that covers it) as text (c2sp.org/tlog-proof), the header of the entry as extra data. Rejects
   * with `log.range_invalid`.
   */
  inclusionProof(index: number): Promise<string>;
  /**
   * Hashes that prove the tree of `from` entries to be the beginning of that of `to` entries (RFC 6962 section 2.1.2). Rejects with
   * `log.range_invalid`.
   */
  consistencyProof(from: number, to: number): Promise<readonly Uint8Array[]>;
}

/** Reads tiles of any width from the tables, published or not yet. */
export function tileReader(database: Database): (tile: Tile) => Promise<Uint8Array> {
  return async (tile) => {
    const parts = await readTileParts(database.tables<LogTables>() as Tables, tile);
    const bytes = new Uint8Array(parts.length * 32);
    for (const [at, part] of parts.entries()) bytes.set(part, at * 32);
    return bytes;
  };
}

/**
 * The public log on `database`. What is appended is given its place by a sequencer, in whichever process one runs.
 *
 * @example
 * import * as merkle from '@tra/merkle';
 * const log = createPublicLog({ database, clock, format: merkle });
 * await database.transaction((trx) => log.append(trx, { type: 'pki.certificate', data: certificate }));
 */
export function createPublicLog(options: {
  readonly database: Database;
  readonly clock: Clock;
  readonly format: LogFormat;
}): PublicLog {
  const { database, clock, format } = options;
  const reader = createLogReader({ database, format });
  const readTile = tileReader(database);
  return {
    append: async <T>(trx: Kysely<T>, ...entries: readonly LogEntry[]) =>
      insertOutbox(trx as unknown as Tables, entries.map(checkEntry), clock.now()),
    checkpoint: async () => (await reader.newest()).note,
    find: async (sha256) => reader.find(sha256),
    inclusionProof: async (index) => {
      const { size, note } = await reader.bestFor(index);
      const found = await reader.entry(index);
      if (!found || index >= size) throw new LogError('log.range_invalid', { params: { size } });
      const path = await format.inclusionProof({ index, size }, readTile);
      return format.formatLogProof({ index, path, checkpoint: note, extra: format.entryHeader(found) });
    },
    consistencyProof: async (from, to) => {
      const { size } = await reader.newest();
      const valid = Number.isSafeInteger(from) && Number.isSafeInteger(to) && from >= 0 && from <= to && to <= size;
      if (!valid) throw new LogError('log.range_invalid', { params: { size } });
      return await format.consistencyProof({ from, to }, readTile);
    },
  };
}

/** Hexadecimal root of the first `size` entries, computed from the tables. */
export async function rootAt(database: Database, format: LogFormat, size: number): Promise<string> {
  return toHex(await format.treeRoot(size, tileReader(database)));
}
