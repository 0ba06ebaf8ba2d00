import { CodedError } from '@tra/kernel';

/** What this system refuses, besides the codes of engines/signature. */
export type SigningErrorCode = 'signing.not_ready' | 'signing.key_unavailable' | 'signing.certificate_expired';

/** Thrown by the services of this system. */
export class SigningError extends CodedError<SigningErrorCode> {}

/** HTTP status of each code that a route may answer with, in this system or in one that asked it to sign. */
export const problems: Readonly<Record<string, number>> = {
  'signing.not_ready': 503,
  'signing.key_unavailable': 503,
  'signing.certificate_expired': 503,
  'signature.key_mismatch': 503,
  'signature.certificate_out_of_validity': 503,
  'signature.document_refused': 422,
  'signature.too_large': 422,
  'signature.timestamp_failed': 503,
  'signature.self_check_failed': 500,
};
