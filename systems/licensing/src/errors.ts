import type { CasesErrorCode } from '@tra/cases';
import { CodedError, type CodedErrorOptions, type ErrorParams } from '@tra/kernel';

/** Codes that this system throws itself. */
export type LicensingErrorCode =
  | 'licensing.service_unknown'
  | 'licensing.place_unknown'
  | 'licensing.application_unknown'
  | 'licensing.attachment_unknown'
  | 'licensing.licence_unknown'
  | 'licensing.form_invalid'
  | 'licensing.not_editable'
  | 'licensing.too_many_drafts'
  | 'licensing.version_conflict'
  | 'licensing.cursor_invalid'
  | 'licensing.state_unknown'
  | 'licensing.attachment_field_unknown'
  | 'licensing.attachment_missing'
  | 'licensing.attachment_empty'
  | 'licensing.attachment_type'
  | 'licensing.attachment_broken'
  | 'licensing.attachment_name'
  | 'licensing.attachment_too_large'
  | 'licensing.attachment_too_many'
  | 'licensing.receipt_used'
  | 'licensing.document_damaged'
  | 'licensing.data_invalid'
  | 'licensing.log_damaged'
  | 'licensing.definition_unsound';

/** HTTP status of every code of this system and of its engine: the one table that codes, messages and pages are compared with. */
export const problems: Readonly<Record<LicensingErrorCode | CasesErrorCode, number>> = {
  'licensing.service_unknown': 404,
  'licensing.place_unknown': 404,
  'licensing.application_unknown': 404,
  'licensing.attachment_unknown': 404,
  'licensing.licence_unknown': 404,
  'licensing.form_invalid': 422,
  'licensing.not_editable': 409,
  'licensing.too_many_drafts': 429,
  'licensing.version_conflict': 412,
  'licensing.cursor_invalid': 400,
  'licensing.state_unknown': 400,
  'licensing.attachment_field_unknown': 422,
  'licensing.attachment_missing': 400,
  'licensing.attachment_empty': 422,
  'licensing.attachment_type': 422,
  'licensing.attachment_broken': 422,
  'licensing.attachment_name': 422,
  'licensing.attachment_too_large': 413,
  'licensing.attachment_too_many': 422,
  'licensing.receipt_used': 409,
  'licensing.document_damaged': 500,
  'licensing.data_invalid': 500,
  'licensing.log_damaged': 500,
  'licensing.definition_unsound': 500,
  'cases.action_not_allowed': 409,
  'cases.definition_invalid': 500,
  'cases.form_invalid': 422,
  'cases.log_invalid': 500,
  'cases.logic_invalid': 500,
  'cases.own_case': 403,
  'cases.payment_offline': 409,
  'cases.reason_broken': 422,
  'cases.reason_required': 422,
  'cases.reason_too_long': 422,
  'cases.receipt_required': 422,
  'cases.role_required': 403,
  'cases.same_officer': 403,
};

/** One wrong field, as a problem document lists it. */
export interface FieldFault {
  readonly pointer: string;
  readonly code: string;
  readonly params: ErrorParams;
}

/** Thrown by this system; `errors` points to fields. */
export class LicensingError extends CodedError<LicensingErrorCode> {
  readonly errors: readonly FieldFault[];

  constructor(code: LicensingErrorCode, options: CodedErrorOptions & { readonly errors?: readonly FieldFault[] } = {}) {
    super(code, options);
    this.errors = options.errors ?? [];
  }
}
