import type { MigrationSet } from '@tra/platform-storage';

export type { StoredCosignature } from './checkpoint-store.ts';
export {
  checkEntry,
  type LogContent,
  type LogEntry,
  type LogEntryType,
  logEntryTypes,
  MAX_DATA_BYTES,
} from './entry.ts';
export { LogError, type LogErrorCode } from './errors.ts';
export { createHeadFile } from './head-file.ts';
export type { Edge, HeadMemory, LogFormat, SignedHead, Subtree, Tile } from './ports.ts';
export { createPublicLog, type LoggedEntry, type PublicLog } from './public-log.ts';
export { createLogReader, type LogReader, type PublishedCheckpoint } from './reader.ts';
export { createSequencer, type LogStatus, type Sequencer, type SequencerOptions } from './sequencer.ts';

/** Tables of this package. */
export const migrations: MigrationSet = { owner: 'log', directory: new URL('../migrations/', import.meta.url) };
