import type { Database } from './database.ts';
import { openEmbeddedDatabase } from './embedded-database.ts';
import type { StorageLogger } from './logger.ts';
import { openServerDatabase } from './server-database.ts';

/** Where the data lives. */
export interface OpenDatabaseOptions {
  /** A PostgreSQL server, such as `postgresql://user@host/tra`; wins over `directory`. */
  readonly url?: string | undefined;
  /** The folder of the embedded database; with neither, everything lives in memory. */
  readonly directory?: string | undefined;
  readonly logger?: StorageLogger | undefined;
  /** Connections to a server, 10 unless told. */
  readonly poolSize?: number | undefined;
  /** Longest time of one statement in milliseconds, 30,000 unless told. */
  readonly queryTimeoutMs?: number | undefined;
}

/**
 * Opens the database of the product: a PostgreSQL server by `url`, else the embedded engine in `directory`, else in memory.
 * Throws a StorageError that says why when it cannot be used safely.
 *
 * @example
 * const database = await openDatabase({ directory: './data/database' });
 * await database.migrate([{ owner: 'notes', directory: new URL('../migrations/', import.meta.url) }]);
 * await database.transaction<Notes, void>(async (trx) => {
 *   await trx.insertInto('notes').values({ text: 'kept once this resolves' }).execute();
 * });
 * await database.close();
 */
export async function openDatabase(options: OpenDatabaseOptions): Promise<Database> {
  const { url, directory, logger, poolSize = 10, queryTimeoutMs = 30_000 } = options;
  if (url !== undefined) return await openServerDatabase({ url, poolSize, queryTimeoutMs, logger });
  return await openEmbeddedDatabase({ directory, queryTimeoutMs, logger });
}
