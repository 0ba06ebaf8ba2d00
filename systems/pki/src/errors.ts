import { CodedError } from '@tra/kernel';

/** What this system refuses, besides the codes of engines/pki. */
export type PkiSystemErrorCode =
  | 'pki.not_ready'
  | 'pki.not_found'
  | 'pki.serial_ambiguous'
  | 'pki.reason_invalid'
  | 'pki.status_conflict'
  | 'pki.authority_unknown'
  | 'pki.authority_awaiting'
  | 'pki.authority_inactive'
  | 'pki.authority_expired'
  | 'pki.key_unavailable'
  | 'pki.key_elsewhere'
  | 'pki.key_blocked'
  | 'pki.crl_missing'
  | 'pki.profile_unknown'
  | 'pki.csr_invalid';

/** Thrown by the services of this system. */
export class PkiSystemError extends CodedError<PkiSystemErrorCode> {}

/** HTTP status of each code that a route may answer with. */
export const problems: Readonly<Record<string, number>> = {
  'pki.not_ready': 503,
  'pki.not_found': 404,
  'pki.serial_ambiguous': 409,
  'pki.reason_invalid': 400,
  'pki.status_conflict': 409,
  'pki.authority_unknown': 404,
  'pki.authority_awaiting': 503,
  'pki.authority_inactive': 409,
  'pki.authority_expired': 503,
  'pki.key_unavailable': 503,
  'pki.key_elsewhere': 409,
  'pki.key_blocked': 422,
  'pki.crl_missing': 404,
  'pki.profile_unknown': 422,
  'pki.csr_invalid': 422,
  'pki.certificate_invalid': 400,
  'pki.crl_invalid': 400,
  'pki.name_invalid': 400,
  'pki.pem_invalid': 400,
  'pki.algorithm_unsupported': 400,
  'pki.key_invalid': 400,
  'pki.request_invalid': 400,
};
