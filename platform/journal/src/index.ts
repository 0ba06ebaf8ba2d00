export { JournalError, type JournalErrorCode } from './errors.ts';
export {
  createJournal,
  type Journal,
  type JournalFile,
  type JournalFileAccess,
  type JournalOptions,
  listJournals,
} from './journal.ts';
