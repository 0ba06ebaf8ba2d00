import type { MigrationSet } from '@tra/platform-storage';

export {
  checkEntry,
  type LogContent,
  type LogEntry,
  type LogEntryType,
  logEntryTypes,
  MAX_DATA_BYTES,
} from './entry.ts';
export { LogError, type LogErrorCode } from './errors.ts';
export { createPublicLog, type LoggedEntry, type PublicLog } from './public-log.ts';

/** Tables of this package. */
export const migrations: MigrationSet = { owner: 'log', directory: new URL('../migrations/', import.meta.url) };
