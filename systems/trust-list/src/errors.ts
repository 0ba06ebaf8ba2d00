import { CodedError } from '@tra/kernel';

/** What this system refuses, besides the codes of engines/trust-list. */
export type TrustListSystemErrorCode =
  | 'trust-list.not_ready'
  | 'trust-list.key_unavailable'
  | 'trust-list.list_invalid';

/** Thrown by the services of this system. */
export class TrustListSystemError extends CodedError<TrustListSystemErrorCode> {}

/** HTTP status of each code that a route may answer with. */
export const problems: Readonly<Record<string, number>> = {
  'trust-list.not_ready': 503,
  'trust-list.key_unavailable': 503,
  'trust-list.list_invalid': 503,
};
