import { CodedError, type CodedErrorOptions, type ErrorParams } from '@tra/kernel';

/** HTTP status of every code of this package: the one table that code, message and documentation are compared with. */
export const HTTP_PROBLEMS = {
  'http.body_invalid': 400,
  'http.body_too_large': 413,
  'http.csrf_invalid': 403,
  'http.header_too_large': 431,
  'http.idempotency_conflict': 422,
  'http.idempotency_in_progress': 409,
  'http.idempotency_key_invalid': 400,
  'http.internal': 500,
  'http.media_type_unsupported': 415,
  'http.method_not_allowed': 405,
  'http.not_found': 404,
  'http.precondition_failed': 412,
  'http.precondition_required': 428,
  'http.rate_limited': 429,
  'http.request_invalid': 400,
  'http.request_timeout': 408,
  'http.role_required': 403,
  'http.session_expired': 401,
  'http.sign_in_required': 401,
  'http.unavailable': 503,
} as const;

/** Codes of problems that the HTTP layer itself reports. */
export type HttpErrorCode = keyof typeof HTTP_PROBLEMS;

/** One thing that is wrong with one field. */
export interface FieldProblem {
  /** Where: a JSON Pointer (RFC 6901) into the body, or into `query`, `params`, `headers` with that word first. */
  readonly pointer: string;
  /** Message key, such as `http.field.required`. */
  readonly code: string;
  readonly params?: ErrorParams;
}

/** What may accompany an {@link HttpProblem}. */
export interface HttpProblemOptions extends CodedErrorOptions {
  readonly errors?: readonly FieldProblem[];
  readonly headers?: Readonly<Record<string, string>>;
}

/**
 * An error with its HTTP status. A system throws its own CodedError and states the status in its `problems` table; this class
 * is for what the HTTP layer says and for field errors: `new HttpProblem('licensing.form_invalid', 422, { errors })`.
 */
export class HttpProblem extends CodedError<string> {
  readonly status: number;
  readonly errors: readonly FieldProblem[];
  readonly headers: Readonly<Record<string, string>>;

  constructor(code: string, status: number, options: HttpProblemOptions = {}) {
    super(code, options);
    this.status = status;
    this.errors = options.errors ?? [];
    this.headers = options.headers ?? {};
  }
}

/** A problem of the HTTP layer with the status its code has. */
export function httpProblem(code: HttpErrorCode, options: HttpProblemOptions = {}): HttpProblem {
  return new HttpProblem(code, HTTP_PROBLEMS[code], options);
}
