import { CodedError } from '@tra/kernel';

/** What this system refuses, besides the codes of engines/pki. */
export type PkiSystemErrorCode =
  | 'pki.not_ready'
  | 'pki.not_found'
  | 'pki.reason_invalid'
  | 'pki.authority_expired'
  | 'pki.key_unavailable';

/** Thrown by the services of this system. */
export class PkiSystemError extends CodedError<PkiSystemErrorCode> {}

/** HTTP status of each code that a route may answer with. */
export const problems: Readonly<Record<string, number>> = {
  'pki.not_ready': 503,
  'pki.not_found': 404,
  'pki.reason_invalid': 400,
  'pki.authority_expired': 503,
  'pki.key_unavailable': 503,
  'pki.certificate_invalid': 400,
  'pki.crl_invalid': 400,
  'pki.name_invalid': 400,
  'pki.pem_invalid': 400,
  'pki.algorithm_unsupported': 400,
  'pki.key_invalid': 400,
  'pki.request_invalid': 400,
};
