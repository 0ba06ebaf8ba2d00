import { CodedError } from '@tra/kernel';

/** Why a journal could not be used. */
export type JournalErrorCode = 'journal.exists' | 'journal.write_failed';

/** Thrown by journals. */
export class JournalError extends CodedError<JournalErrorCode> {}
