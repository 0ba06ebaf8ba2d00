import { CodedError, type CodedErrorOptions } from '@tra/kernel';
import type { FieldProblem } from '@tra/platform-http';

/** What this system refuses. A document that does not hold is a report, not an error. */
export type ValidationErrorCode =
  | 'validation.no_file'
  | 'validation.too_many_files'
  | 'validation.file_too_large'
  | 'validation.field_unknown'
  | 'validation.trust_invalid'
  | 'validation.trust_too_many'
  | 'validation.at_invalid';

/** HTTP status of each code. */
export const problems: Readonly<Record<ValidationErrorCode, number>> = {
  'validation.no_file': 422,
  'validation.too_many_files': 413,
  'validation.file_too_large': 413,
  'validation.field_unknown': 422,
  'validation.trust_invalid': 422,
  'validation.trust_too_many': 422,
  'validation.at_invalid': 422,
};

/** Thrown for a request that cannot be judged; names the part of the form that is wrong. */
export class ValidationError extends CodedError<ValidationErrorCode> {
  readonly errors: readonly FieldProblem[];

  constructor(code: ValidationErrorCode, part: string | undefined, options: CodedErrorOptions = {}) {
    super(code, options);
    this.errors = part === undefined ? [] : [{ pointer: `/${part}`, code, params: this.params }];
  }
}
