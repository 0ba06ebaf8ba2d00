import { CodedError, type CodedErrorOptions, type ErrorParams } from '@tra/kernel';

/** What a definition, an answer or a decision can be refused for. */
export type CasesErrorCode =
  | 'cases.definition_invalid'
  | 'cases.logic_invalid'
  | 'cases.log_invalid'
  | 'cases.action_not_allowed'
  | 'cases.role_required'
  | 'cases.same_officer'
  | 'cases.own_case'
  | 'cases.reason_required'
  | 'cases.reason_too_long'
  | 'cases.reason_broken'
  | 'cases.receipt_required'
  | 'cases.form_invalid'
  | 'cases.payment_offline';

/** One thing that is wrong, and where: `pointer` is a JSON Pointer (RFC 6901). */
export interface Finding {
  readonly pointer: string;
  readonly code: string;
  readonly params: ErrorParams;
}

/** Thrown by this engine; `findings` says where a definition or a form is wrong. */
export class CasesError extends CodedError<CasesErrorCode> {
  readonly findings: readonly Finding[];

  constructor(code: CasesErrorCode, options: CodedErrorOptions & { readonly findings?: readonly Finding[] } = {}) {
    super(code, options);
    this.findings = options.findings ?? [];
  }
}
