import { CodedError } from '@tra/kernel';

/** What this system refuses, besides the codes of engines/timestamp. */
export type TimestampSystemErrorCode =
  | 'timestamp.not_ready'
  | 'timestamp.clock_unsupervised'
  | 'timestamp.key_unavailable'
  | 'timestamp.unit_missing'
  | 'timestamp.unit_revoked'
  | 'timestamp.record_failed'
  | 'timestamp.config_invalid'
  | 'timestamp.key_invalid'
  | 'timestamp.key_required'
  | 'timestamp.subscriber_inactive'
  | 'timestamp.rate'
  | 'timestamp.quota_day'
  | 'timestamp.quota_month'
  | 'timestamp.anonymous_quota'
  | 'timestamp.keys_unavailable'
  | 'timestamp.subscriber_unknown'
  | 'timestamp.subscriber_state'
  | 'timestamp.subscriber_policy'
  | 'timestamp.subscription_pending'
  | 'timestamp.policy_not_subscribed'
  | 'timestamp.key_unknown'
  | 'timestamp.key_ended'
  | 'timestamp.keys_too_many'
  | 'timestamp.key_validity_invalid'
  | 'timestamp.key_not_repeatable'
  | 'timestamp.period_invalid'
  | 'timestamp.cursor_invalid'
  | 'timestamp.verification_invalid'
  | 'timestamp.verification_rejected';

/** Thrown by the services of this system. */
export class TimestampSystemError extends CodedError<TimestampSystemErrorCode> {}

/** HTTP status of each code that a route may answer with. */
export const problems: Readonly<Record<string, number>> = {
  'timestamp.not_ready': 503,
  'timestamp.clock_unsupervised': 503,
  'timestamp.key_unavailable': 503,
  'timestamp.unit_missing': 503,
  'timestamp.unit_revoked': 503,
  'timestamp.record_failed': 503,
  'timestamp.config_invalid': 503,
  'timestamp.key_invalid': 401,
  'timestamp.key_required': 401,
  'timestamp.subscriber_inactive': 403,
  'timestamp.rate': 429,
  'timestamp.quota_day': 429,
  'timestamp.quota_month': 429,
  'timestamp.anonymous_quota': 429,
  'timestamp.keys_unavailable': 503,
  'timestamp.subscriber_unknown': 404,
  'timestamp.subscriber_state': 409,
  'timestamp.subscriber_policy': 422,
  'timestamp.subscription_pending': 409,
  'timestamp.policy_not_subscribed': 403,
  'timestamp.key_unknown': 404,
  'timestamp.key_ended': 409,
  'timestamp.keys_too_many': 409,
  'timestamp.key_validity_invalid': 422,
  'timestamp.key_not_repeatable': 422,
  'timestamp.period_invalid': 422,
  'timestamp.cursor_invalid': 400,
  'timestamp.verification_invalid': 400,
  'timestamp.verification_rejected': 422,
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
