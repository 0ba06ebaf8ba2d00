import { CodedError, type CodedErrorOptions } from '@tra/kernel';
import type { FieldProblem } from '@tra/platform-http';

/** What this system refuses. A document that does not hold is a report, not an error. */
export type ValidationErrorCode =
  | 'validation.no_file'
  | 'validation.too_many_files'
  | 'validation.file_too_large'
  | 'validation.field_unknown'
  | 'validation.field_invalid'
  | 'validation.trust_invalid'
  | 'validation.trust_list_refused'
  | 'validation.trust_too_many'
  | 'validation.at_invalid'
  | 'validation.policy_unknown'
  | 'validation.policy_invalid'
  | 'validation.crypto_suite_alone'
  | 'validation.archive_unreadable'
  | 'validation.archive_too_large'
  | 'validation.archive_bomb'
  | 'validation.archive_encrypted'
  | 'validation.archive_mixed'
  | 'validation.quota_batches'
  | 'validation.quota_documents'
  | 'validation.not_found'
  | 'validation.document_time'
  | 'validation.document_memory'
  | 'validation.document_failed'
  | 'validation.batch_lost'
  | 'validation.format_unknown'
  | 'validation.format_unavailable'
  | 'validation.format_one_document'
  | 'validation.format_not_acceptable'
  | 'validation.replay_invalid'
  | 'validation.replay_too_large'
  | 'validation.replay_time';

/** HTTP status of each code. Those about one document of several stand in its report. */
export const problems: Readonly<Record<ValidationErrorCode, number>> = {
  'validation.no_file': 422,
  'validation.too_many_files': 413,
  'validation.file_too_large': 413,
  'validation.field_unknown': 422,
  'validation.field_invalid': 422,
  'validation.trust_invalid': 422,
  'validation.trust_list_refused': 422,
  'validation.trust_too_many': 422,
  'validation.at_invalid': 422,
  'validation.policy_unknown': 422,
  'validation.policy_invalid': 422,
  'validation.crypto_suite_alone': 422,
  'validation.archive_unreadable': 422,
  'validation.archive_too_large': 413,
  'validation.archive_bomb': 422,
  'validation.archive_encrypted': 422,
  'validation.archive_mixed': 422,
  'validation.quota_batches': 429,
  'validation.quota_documents': 429,
  'validation.not_found': 404,
  'validation.document_time': 422,
  'validation.document_memory': 422,
  'validation.document_failed': 500,
  'validation.batch_lost': 500,
  'validation.format_unknown': 422,
  'validation.format_unavailable': 409,
  'validation.format_one_document': 422,
  'validation.format_not_acceptable': 406,
  'validation.replay_invalid': 422,
  'validation.replay_too_large': 413,
  'validation.replay_time': 422,
};

/** The sentence of an operation's description that names what it is refused with, by status. */
export function refusedWith(...codes: readonly ValidationErrorCode[]): string {
  const statuses = [...new Set(codes.map((code) => problems[code]))].sort((left, right) => left - right);
  const byStatus = statuses.map(
    (status) => `${status} ${codes.filter((code) => problems[code] === status).join(', ')}`,
  );
  return ` Refused by \`code\`: ${byStatus.join('; ')}.`;
}

/** Thrown for a request that cannot be judged; names the part of the form that is wrong. */
export class ValidationError extends CodedError<ValidationErrorCode> {
  readonly errors: readonly FieldProblem[];

  constructor(code: ValidationErrorCode, part: string | undefined, options: CodedErrorOptions = {}) {
    super(code, options);
    this.errors = part === undefined ? [] : [{ pointer: `/${part}`, code, params: this.params }];
  }
}
