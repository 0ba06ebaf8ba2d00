import type { Clock } from '@tra/kernel';
import type { Database, Kysely } from '@tra/platform-storage';
import { checkEntry, type LogEntry } from './entry.ts';
import { LogError } from './errors.ts';
import { insertOutbox, type Tables } from './store.ts';

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
   * Evidence that the entry at `index` is in the log, which anyone can verify without us: its inclusion proof with the newest checkpoint
   * as text (c2sp.org/tlog-proof), the header of the entry as extra data. Rejects with `log.range_invalid`.
   */
  inclusionProof(index: number): Promise<string>;
  /** Hashes that prove the tree of `from` entries to be the beginning of that of `to` entries (RFC 6962). Rejects with `log.range_invalid`. */
  consistencyProof(from: number, to: number): Promise<readonly Uint8Array[]>;
}

async function refuseEmpty(): Promise<never> {
  throw new LogError('log.empty');
}

/** The public log on `database`. */
export function createPublicLog(options: { readonly database: Database; readonly clock: Clock }): PublicLog {
  return {
    append: async <T>(trx: Kysely<T>, ...entries: readonly LogEntry[]) =>
      insertOutbox(trx as unknown as Tables, entries.map(checkEntry), options.clock.now()),
    checkpoint: refuseEmpty,
    find: async () => [],
    inclusionProof: refuseEmpty,
    consistencyProof: refuseEmpty,
  };
}
