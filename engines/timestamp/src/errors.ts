import { CodedError } from '@tra/kernel';

/** What this package refuses by throwing; a token that does not verify is a report, and a bad request gets a rejection. */
export type TimestampErrorCode =
  | 'timestamp.request_invalid'
  | 'timestamp.response_invalid'
  | 'timestamp.token_invalid'
  | 'timestamp.digest_unsupported'
  | 'timestamp.digest_length'
  | 'timestamp.unit_invalid'
  | 'timestamp.unit_expired'
  | 'timestamp.policy_invalid'
  | 'timestamp.policy_unsupported'
  | 'timestamp.time_unavailable'
  | 'timestamp.self_check_failed'
  | 'timestamp.batch_invalid'
  | 'timestamp.proof_invalid'
  | 'timestamp.segment_unreadable';

/** Thrown on bytes that cannot be read, and by an authority that may not issue. */
export class TimestampError extends CodedError<TimestampErrorCode> {}
