import type { Kysely, Transaction } from 'kysely';
import type { MigrationSet } from './migrate.ts';

/** One PostgreSQL database, embedded or on a server, seen the same. */
export interface Database {
  /** Which of the two answers; for figures and messages, never for a different query. */
  readonly dialect: 'embedded' | 'server';
  /** The tables, typed by the caller. Throws `storage.nested_use` when a query runs beside the transaction it stands in. */
  tables<T>(): Kysely<T>;
  /**
   * Runs `work` in one transaction (read committed) and commits when it resolves. Work that the database broke off to
   * resolve a deadlock or a serialisation failure runs again, up to five times: it must have no other effect than SQL.
   */
  transaction<T, R>(work: (trx: Transaction<T>) => Promise<R>): Promise<R>;
  /** Applies missing migrations and resolves to their names; one process at a time. */
  migrate(sets: readonly MigrationSet[]): Promise<readonly string[]>;
  /**
   * Calls `handler` for every notification on `channel` after its transaction committed. A lost connection is made again;
   * what was sent meanwhile is lost, so poll as well. Resolves to the way to stop.
   */
  listen(channel: string, handler: (payload: string) => void): Promise<() => Promise<void>>;
  /** Sends `payload` (at most 7,999 bytes) to all who listen on `channel`. Inside a transaction use {@link notifyIn}. */
  notify(channel: string, payload: string): Promise<void>;
  /** Resolves when the database answers. */
  ping(): Promise<void>;
  /** Waits for running queries, closes the connections and gives the data directory back. Safe to call twice. */
  close(): Promise<void>;
}

/** A database that is being opened: what is asked of it waits until it is. */
export interface OpeningDatabase {
  readonly database: Database;
  /** Resolves when it answers. Rejects with why it cannot be used; close it then. */
  readonly opened: Promise<void>;
}
