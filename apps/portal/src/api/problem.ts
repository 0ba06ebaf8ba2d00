/** What is wrong with one field of a request: `pointer` is a JSON Pointer (RFC 6901) into its body. */
export interface FieldProblem {
  readonly pointer: string;
  readonly code: string;
  readonly message: string;
}

/** Problems that the browser itself finds; all other codes come from the server. */
export type ClientProblemCode =
  | 'client.offline'
  | 'client.unreachable'
  | 'client.timeout'
  | 'client.unreadable_answer'
  | 'client.file_changed';

interface ProblemParts {
  readonly code: string;
  readonly status: number;
  readonly title?: string;
  readonly detail?: string;
  readonly errors?: readonly FieldProblem[];
  readonly traceId?: string;
  readonly retryAfterSeconds?: number;
  readonly cause?: unknown;
}

/**
 * A refused or failed request: the server's RFC 9457 problem, or what kept the request from being answered (status 0).
 * `title` and `detail` are in the reader's language when the server sent them; test `code`, never text.
 */
export class ApiProblem extends Error {
  readonly code: string;
  readonly status: number;
  readonly title: string | undefined;
  readonly detail: string | undefined;
  readonly errors: readonly FieldProblem[];
  readonly traceId: string | undefined;
  readonly retryAfterSeconds: number | undefined;

  constructor(parts: ProblemParts) {
    super(parts.detail ?? parts.title ?? parts.code, parts.cause === undefined ? undefined : { cause: parts.cause });
    this.name = 'ApiProblem';
    this.code = parts.code;
    this.status = parts.status;
    this.title = parts.title;
    this.detail = parts.detail;
    this.errors = parts.errors ?? [];
    this.traceId = parts.traceId;
    this.retryAfterSeconds = parts.retryAfterSeconds;
  }

  /** True when nobody is signed in (any more). */
  get isSignedOut(): boolean {
    return this.status === 401 && (this.code === 'http.session_expired' || this.code === 'http.sign_in_required');
  }

  /** True when the request never got an answer, so that trying again may help. */
  get isConnection(): boolean {
    return this.status === 0;
  }
}

/** Reads a failed answer. Anything that is no problem document (a proxy's HTML page, say) becomes one by its status. */
export function problemFrom(status: number, body: string, headers: { get(name: string): string | null }): ApiProblem {
  const record = parseRecord(body);
  const text = (name: string): string | undefined => (typeof record[name] === 'string' ? record[name] : undefined);
  const retryAfter = Number(headers.get('retry-after'));
  return new ApiProblem({
    code: text('code') ?? codeOfStatus(status),
    status,
    ...optional('title', text('title')),
    ...optional('detail', text('detail')),
    ...optional('traceId', text('traceId')),
    errors: Array.isArray(record.errors) ? record.errors.flatMap(readFieldProblem) : [],
    ...optional('retryAfterSeconds', retryAfter > 0 ? retryAfter : undefined),
  });
}

/** Turns whatever `fetch` or `XMLHttpRequest` failed with into a problem; an abort by the caller stays what it is. */
export function connectionProblem(cause: unknown, online: boolean): unknown {
  if (cause instanceof ApiProblem) return cause;
  const name = cause instanceof Error || cause instanceof DOMException ? cause.name : '';
  if (name === 'AbortError') return cause;
  if (name === 'TimeoutError') return new ApiProblem({ code: 'client.timeout', status: 0, cause });
  return new ApiProblem({ code: online ? 'client.unreachable' : 'client.offline', status: 0, cause });
}

function readFieldProblem(value: unknown): FieldProblem[] {
  if (typeof value !== 'object' || value === null) return [];
  const { pointer, code, message } = value as Record<string, unknown>;
  if (typeof pointer !== 'string') return [];
  const shown = typeof message === 'string' ? message : String(code ?? '');
  return [{ pointer, code: typeof code === 'string' ? code : 'http.request_invalid', message: shown }];
}

function parseRecord(body: string): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(body);
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
  } catch {
    return {};
  }
}

const CODES: Readonly<Record<number, string>> = {
  401: 'http.sign_in_required',
  403: 'http.role_required',
  404: 'http.not_found',
  412: 'http.precondition_failed',
  413: 'http.body_too_large',
  415: 'http.media_type_unsupported',
  429: 'http.rate_limited',
};

function codeOfStatus(status: number): string {
  return CODES[status] ?? (status >= 500 ? 'http.unavailable' : 'http.request_invalid');
}

function optional<K extends string, V>(key: K, value: V | undefined): Partial<Record<K, V>> {
  return value === undefined ? {} : ({ [key]: value } as Record<K, V>);
}
