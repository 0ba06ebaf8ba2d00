import type { Clock } from '@tra/kernel';
import { type Database, sql } from '@tra/platform-storage';
import type { LogEntry } from './entry.ts';
import { createPublicLog, type PublicLog } from './public-log.ts';

/** A log that takes entries as the real one does, and never gives them a place. */
export interface OutboxLog extends PublicLog {
  /** What was appended and committed, in order. */
  appended(): Promise<readonly LogEntry[]>;
}

/** A log for tests of systems that append: no tree, no checkpoint. Needs the tables of this package. */
export function createOutboxLog(options: { readonly database: Database; readonly clock: Clock }): OutboxLog {
  return {
    ...createPublicLog(options),
    appended: async () => {
      const rows = await sql<LogEntry>`SELECT type, data FROM log_outbox ORDER BY id`.execute(
        options.database.tables(),
      );
      return rows.rows;
    },
  };
}
