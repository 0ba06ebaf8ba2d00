import type { Clock } from '@tra/kernel';
import { type Database, type Kysely, sql } from '@tra/platform-storage';
import { checkEntry, type LogEntry } from './entry.ts';
import { LogError } from './errors.ts';
import type { PublicLog } from './public-log.ts';
import { insertOutbox, type Tables } from './store.ts';

/** A log that takes entries as the real one does, and never gives them a place. */
export interface OutboxLog extends PublicLog {
  /** What was appended and committed, in order. */
  appended(): Promise<readonly LogEntry[]>;
}

async function refuse(): Promise<never> {
  throw new LogError('log.empty');
}

/** A log for tests of systems that append: no tree, no checkpoint. Needs the tables of this package. */
export function createOutboxLog(options: { readonly database: Database; readonly clock: Clock }): OutboxLog {
  const { database, clock } = options;
  return {
    append: async <T>(trx: Kysely<T>, ...entries: readonly LogEntry[]) =>
      insertOutbox(trx as unknown as Tables, entries.map(checkEntry), clock.now()),
    appended: async () => {
      const { rows } = await sql<LogEntry>`SELECT type, data FROM log_outbox ORDER BY id`.execute(database.tables());
      return rows;
    },
    checkpoint: refuse,
    find: async () => [],
    inclusionProof: refuse,
    consistencyProof: refuse,
  };
}
