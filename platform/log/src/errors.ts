import { CodedError } from '@tra/kernel';

/** What can be wrong with an entry, or with what is asked of the log. Each code is a key of `messages/`. */
export type LogErrorCode =
  | 'log.data_invalid'
  | 'log.data_too_large'
  | 'log.empty'
  | 'log.key_unavailable'
  | 'log.range_invalid'
  | 'log.rolled_back'
  | 'log.type_unknown';

/** The one error that this package throws on purpose. */
export class LogError extends CodedError<LogErrorCode> {}
