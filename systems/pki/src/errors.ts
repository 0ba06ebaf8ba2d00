import { CodedError, type CodedErrorOptions, type ErrorParams } from '@tra/kernel';

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
  | 'pki.csr_invalid'
  | 'pki.key_too_old'
  | 'pki.authority_exists'
  | 'pki.authority_state'
  | 'pki.authority_changed'
  | 'pki.request_unknown'
  | 'pki.request_changed'
  | 'pki.request_open'
  | 'pki.request_details_invalid'
  | 'pki.request_action_not_allowed'
  | 'pki.request_role_required'
  | 'pki.request_own'
  | 'pki.request_same_officer'
  | 'pki.too_many_requests'
  | 'pki.note_required'
  | 'pki.proofing_required'
  | 'pki.bulk_too_large'
  | 'pki.cursor_invalid'
  | 'pki.import_invalid'
  | 'pki.import_fingerprint'
  | 'pki.crl_number_old'
  | 'pki.policy_statement_invalid';

/** One wrong field, as a problem document lists it. */
export interface FieldFault {
  readonly pointer: string;
  readonly code: string;
  readonly params: ErrorParams;
}

/** Thrown by the services of this system; `errors` points to fields. */
export class PkiSystemError extends CodedError<PkiSystemErrorCode> {
  readonly errors: readonly FieldFault[];

  constructor(code: PkiSystemErrorCode, options: CodedErrorOptions & { readonly errors?: readonly FieldFault[] } = {}) {
    super(code, options);
    this.errors = options.errors ?? [];
  }
}

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
  'pki.key_too_old': 422,
  'pki.authority_exists': 409,
  'pki.authority_state': 409,
  'pki.authority_changed': 412,
  'pki.request_unknown': 404,
  'pki.request_changed': 412,
  'pki.request_open': 409,
  'pki.request_details_invalid': 422,
  'pki.request_action_not_allowed': 409,
  'pki.request_role_required': 403,
  'pki.request_own': 403,
  'pki.request_same_officer': 403,
  'pki.too_many_requests': 429,
  'pki.note_required': 422,
  'pki.proofing_required': 422,
  'pki.bulk_too_large': 413,
  'pki.cursor_invalid': 400,
  'pki.import_invalid': 422,
  'pki.import_fingerprint': 422,
  'pki.crl_number_old': 409,
  'pki.policy_statement_invalid': 500,
  'pki.certificate_invalid': 400,
  'pki.crl_invalid': 400,
  'pki.name_invalid': 400,
  'pki.pem_invalid': 400,
  'pki.algorithm_unsupported': 400,
  'pki.key_invalid': 400,
  'pki.request_invalid': 400,
};
