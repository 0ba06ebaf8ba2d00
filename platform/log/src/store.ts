import type { Kysely } from '@tra/platform-storage';
import type { LogEntry } from './entry.ts';

interface OutboxRow {
  readonly type: string;
  readonly data: Uint8Array;
  readonly at: Date;
}

/** Tables of this package. */
export interface LogTables {
  log_outbox: OutboxRow;
}

/** A database or a transaction in it. */
export type Tables = Kysely<LogTables>;

/** Writes entries into the outbox. */
export async function insertOutbox(trx: Tables, entries: readonly LogEntry[], at: Date): Promise<void> {
  if (entries.length === 0) return;
  await trx
    .insertInto('log_outbox')
    .values(entries.map(({ type, data }) => ({ type, data, at })))
    .execute();
}
