import { CodedError } from '@tra/kernel';

/** What this system refuses, besides the codes of platform/log and engines/merkle. */
export type LogSystemErrorCode = 'log.checkpoint_unknown' | 'log.entry_unknown' | 'log.late' | 'log.witness_unknown';

/** Thrown by the services of this system. */
export class LogSystemError extends CodedError<LogSystemErrorCode> {}

/** HTTP status of each code that a route may answer with. */
export const problems: Readonly<Record<string, number>> = {
  'log.checkpoint_unknown': 404,
  'log.entry_unknown': 404,
  'log.late': 503,
  'log.witness_unknown': 403,
  'log.empty': 503,
  'log.key_unavailable': 503,
  'log.range_invalid': 400,
  'log.rolled_back': 503,
  'merkle.cosignature_invalid': 403,
  'merkle.note_invalid': 400,
  'merkle.checkpoint_invalid': 400,
  'merkle.tile_path_invalid': 404,
};
