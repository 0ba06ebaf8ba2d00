import { CodedError } from '@tra/kernel';

/** HTTP status of every code of this system. */
export const problems = {
  'identity.account_not_found': 404,
  'identity.agency_invalid': 422,
  'identity.busy': 503,
  'identity.credentials_invalid': 401,
  'identity.display_name_invalid': 422,
  'identity.password_too_long': 422,
  'identity.password_too_short': 422,
  'identity.role_unknown': 422,
  'identity.too_many_attempts': 429,
  'identity.username_invalid': 422,
  'identity.username_taken': 409,
} as const;

/** What this system refuses. */
export type IdentityErrorCode = keyof typeof problems;

/** Thrown by the use cases of this system. */
export class IdentityError extends CodedError<IdentityErrorCode> {}
