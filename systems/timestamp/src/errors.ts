import { CodedError } from '@tra/kernel';

/** What this system refuses, besides the codes of engines/timestamp. */
export type TimestampSystemErrorCode =
  | 'timestamp.not_ready'
  | 'timestamp.clock_unsupervised'
  | 'timestamp.key_unavailable'
  | 'timestamp.record_failed'
  | 'timestamp.config_invalid';

/** Thrown by the services of this system. */
export class TimestampSystemError extends CodedError<TimestampSystemErrorCode> {}

/** HTTP status of each code that a route may answer with. */
export const problems: Readonly<Record<string, number>> = {
  'timestamp.not_ready': 503,
  'timestamp.key_unavailable': 503,
  'timestamp.record_failed': 503,
  'timestamp.config_invalid': 503,
  'timestamp.request_invalid': 400,
  'timestamp.response_invalid': 400,
  'timestamp.token_invalid': 400,
  'timestamp.digest_unsupported': 400,
  'timestamp.digest_length': 400,
  'timestamp.unit_invalid': 503,
  'timestamp.unit_expired': 503,
  'timestamp.policy_unsupported': 422,
  'timestamp.policy_invalid': 503,
  'timestamp.time_unavailable': 503,
  'timestamp.self_check_failed': 503,
  'timestamp.batch_invalid': 422,
  'timestamp.proof_invalid': 422,
  'timestamp.segment_unreadable': 500,
};
  'timestamp.clock_unsupervised': 503,
