import { CodedError } from '@tra/kernel';
import { type FieldProblem, type HttpErrorCode, HttpProblem, httpProblem } from './errors.ts';
import { fieldProblems, type SchemaError } from './field-errors.ts';

const frameworkCodes: Readonly<Record<string, HttpErrorCode>> = {
  FST_ERR_BAD_URL: 'http.request_invalid',
  FST_ERR_MAX_PARAM_LENGTH: 'http.not_found',
  FST_ERR_NOT_FOUND: 'http.not_found',
  FST_ERR_CTP_BODY_TOO_LARGE: 'http.body_too_large',
  FST_ERR_CTP_EMPTY_JSON_BODY: 'http.body_invalid',
  FST_ERR_CTP_INVALID_CONTENT_LENGTH: 'http.body_invalid',
  FST_ERR_CTP_INVALID_JSON_BODY: 'http.body_invalid',
  FST_ERR_CTP_INVALID_MEDIA_TYPE: 'http.media_type_unsupported',
  FST_ERR_HANDLER_TIMEOUT: 'http.unavailable',
  FST_FIELDS_LIMIT: 'http.body_too_large',
  FST_FILES_LIMIT: 'http.body_too_large',
  FST_PARTS_LIMIT: 'http.body_too_large',
  FST_REQ_FILE_TOO_LARGE: 'http.body_too_large',
  FST_INVALID_JSON_FIELD_ERROR: 'http.body_invalid',
  FST_INVALID_MULTIPART_CONTENT_TYPE: 'http.media_type_unsupported',
  FST_MP_PREMATURE_CLOSE: 'http.body_invalid',
  FST_PROTO_VIOLATION: 'http.body_invalid',
  ECONNRESET: 'http.body_invalid',
  ERR_STREAM_PREMATURE_CLOSE: 'http.body_invalid',
};

const byStatus: Readonly<Record<number, HttpErrorCode>> = {
  400: 'http.request_invalid',
  404: 'http.not_found',
  405: 'http.method_not_allowed',
  408: 'http.request_timeout',
  413: 'http.body_too_large',
  415: 'http.media_type_unsupported',
  429: 'http.rate_limited',
  503: 'http.unavailable',
};

// Busboy reports what is wrong with a multipart body by words only.
const multipartWords =
  /^(?:Unexpected end of (?:form|file|multipart data)|Malformed (?:content type|part header)|Multipart: Boundary not found|Part terminated early|Missing boundary)/i;

interface FrameworkError extends Error {
  readonly code?: string;
  readonly statusCode?: number;
  readonly validation?: readonly SchemaError[];
  readonly validationContext?: string;
}

function fromFramework(error: FrameworkError): HttpProblem | undefined {
  if (error.validation) {
    const errors = fieldProblems(error.validation, error.validationContext ?? 'body');
    return httpProblem('http.request_invalid', { errors, cause: error });
  }
  const code = frameworkCodes[error.code ?? ''];
  if (code) return httpProblem(code, { cause: error });
  if (multipartWords.test(error.message)) return httpProblem('http.body_invalid', { cause: error });
  const status =
    error.code?.startsWith('FST_') || error.name === 'SyntaxError' ? byStatus[error.statusCode ?? 0] : undefined;
  return status ? httpProblem(status, { cause: error }) : undefined;
}

function fromCoded(error: CodedError, problems: ReadonlyMap<string, number>): HttpProblem | undefined {
  const status = problems.get(error.code);
  if (status === undefined) return undefined;
  const { errors } = error as { errors?: readonly FieldProblem[] };
  return new HttpProblem(error.code, status, { params: error.params, cause: error, ...(errors ? { errors } : {}) });
}

/**
 * The problem that stands for `error` towards a client. What nobody planned becomes `http.internal` and shows nothing; the
 * error stays its cause for the log.
 */
export function toProblem(error: unknown, problems: ReadonlyMap<string, number>): HttpProblem {
  if (error instanceof HttpProblem) return error;
  const found =
    error instanceof CodedError
      ? fromCoded(error, problems)
      : error instanceof Error
        ? fromFramework(error as FrameworkError)
        : undefined;
  return found ?? httpProblem('http.internal', { cause: error });
}
