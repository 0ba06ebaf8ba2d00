import type { Database, OpeningDatabase } from './database.ts';
import { beginEmbeddedDatabase } from './embedded-database.ts';
import { dropPrepared } from './engine-host.ts';
import type { StorageLogger } from './logger.ts';
import { beginServerDatabase } from './server-database.ts';

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
  return await whenOpen(await beginDatabase(options));
}

/**
 * As {@link openDatabase}, for a program with other things to do meanwhile: resolves as soon as the directory is held. Rejects when it cannot be;
 * why the database cannot be used besides, `opened` says.
 *
 * @example
 * const { database, opened } = await beginDatabase({ directory });
 * const server = await prepareServer(database); // asks nothing of it yet
 * await opened;
 */
export async function beginDatabase(options: OpenDatabaseOptions): Promise<OpeningDatabase> {
  const { url, directory, logger, poolSize = 10, queryTimeoutMs = 30_000 } = options;
  if (url === undefined) return await beginEmbeddedDatabase({ directory, queryTimeoutMs, logger });
  await dropPrepared();
  return beginServerDatabase({ url, poolSize, queryTimeoutMs, logger });
}

/** The database, once it answers; closed when it cannot be used. */
export async function whenOpen({ database, opened }: OpeningDatabase): Promise<Database> {
  try {
    await opened;
  } catch (error) {
    await database.close();
    throw error;
  }
  return database;
}
