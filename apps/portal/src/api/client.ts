import type { Language } from '@tra/kernel';
import { ApiProblem, connectionProblem, problemFrom } from './problem.ts';
import type { SessionAnswer } from './types.ts';
import { type Progress, sendWithProgress, type Transfer } from './upload.ts';

const TIMEOUT_MS = 30_000;
const SAFE = new Set(['GET', 'HEAD']);

/** One request. `body` goes as JSON; `form` as multipart; `raw` as it is. */
export interface ApiRequest {
  readonly method?: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  readonly query?: Readonly<Record<string, string | number | undefined>>;
  readonly body?: unknown;
  readonly form?: FormData;
  /** A file as it is, instead of `body`. */
  readonly raw?: { readonly type: string; readonly data: Uint8Array<ArrayBuffer> };
  /** The version that was read; sent as `If-Match` so that nobody's newer change is overwritten. */
  readonly version?: number;
  /** Makes a repeated write harmless; see {@link newIdempotencyKey}. */
  readonly idempotencyKey?: string;
  readonly signal?: AbortSignal;
  readonly onProgress?: (progress: Progress) => void;
  /** False for the session's own requests: an ended session is their answer, not an interruption. */
  readonly askToSignIn?: boolean;
}

/** What the client needs from around it; tests hand in their own. */
export interface ApiEnvironment {
  readonly fetch: typeof fetch;
  readonly transfer?: Transfer;
  readonly language: () => Language;
  readonly online: () => boolean;
}

/** Asked once when a session has ended; resolves true when the same person has signed in again. */
export type SignInAgain = () => Promise<boolean>;

export interface ApiClient {
  json<T>(path: string, request?: ApiRequest): Promise<T>;
  bytes(path: string, request?: ApiRequest): Promise<Uint8Array<ArrayBuffer>>;
  none(path: string, request?: ApiRequest): Promise<void>;
  /** The session as the server last told it; its CSRF token goes with every write. */
  session(): Promise<SessionAnswer>;
  setSession(session: SessionAnswer | undefined): void;
  onSignedOut(ask: SignInAgain | undefined): void;
}

interface Answer {
  readonly status: number;
  readonly headers: { get(name: string): string | null };
  readonly body: Blob;
}

/**
 * The portal's one way to the HTTP API (`/api/v1`): cookies and CSRF token, language, problems, versions, time limit.
 * When the session has ended it asks to sign in again and repeats the request, so that nothing typed is lost.
 */
export function createApiClient(environment: ApiEnvironment): ApiClient {
  let session: SessionAnswer | undefined;
  let ask: SignInAgain | undefined;
  let asking: Promise<boolean> | undefined;

  const loadSession = async (): Promise<SessionAnswer> => {
    const answer = await send('/identity/session', { askToSignIn: false });
    session = await readJson<SessionAnswer>(answer);
    return session;
  };

  const headersOf = async (request: ApiRequest): Promise<Record<string, string>> => {
    const headers: Record<string, string> = { accept: 'application/json, application/problem+json, */*;q=0.1' };
    headers['accept-language'] = environment.language();
    if (request.body !== undefined) headers['content-type'] = 'application/json';
    if (request.raw) headers['content-type'] = request.raw.type;
    if (request.version !== undefined) headers['if-match'] = `"${request.version}"`;
    if (request.idempotencyKey) headers['idempotency-key'] = request.idempotencyKey;
    if (!SAFE.has(request.method ?? 'GET')) {
      const current = session ?? (await loadSession());
      if (current.authenticated) headers['x-csrf-token'] = current.csrfToken;
    }
    return headers;
  };

  const send = async (path: string, request: ApiRequest): Promise<Answer> => {
    const headers = await headersOf(request);
    try {
      const answer = request.onProgress
        ? await (environment.transfer ?? sendWithProgress)(urlOf(path, request), { ...request, headers })
        : await sendByFetch(environment.fetch, path, request, headers);
      if (answer.status < 400) return answer;
      throw problemFrom(answer.status, await answer.body.text(), answer.headers);
    } catch (cause) {
      throw connectionProblem(cause, environment.online());
    }
  };

  const signInAgain = async (): Promise<boolean> => {
    session = undefined;
    if (!ask) return false;
    asking ??= ask().finally(() => {
      asking = undefined;
    });
    return asking;
  };

  /** True when the same account still has a session, only with another CSRF token (signed in again in another tab). */
  const tokenWasRenewed = async (): Promise<boolean> => {
    const before = session;
    const now = await loadSession();
    return Boolean(
      before?.authenticated &&
        now.authenticated &&
        before.account.id === now.account.id &&
        before.csrfToken !== now.csrfToken,
    );
  };

  const call = async (path: string, request: ApiRequest = {}): Promise<Answer> => {
    try {
      return await send(path, request);
    } catch (problem) {
      if (!(problem instanceof ApiProblem) || request.askToSignIn === false) throw problem;
      if (problem.isSignedOut && (await signInAgain())) return send(path, request);
      if (problem.code === 'http.csrf_invalid' && (await tokenWasRenewed())) return send(path, request);
      throw problem;
    }
  };

  return {
    json: async (path, request) => readJson(await call(path, request)),
    bytes: async (path, request) => new Uint8Array(await (await call(path, request)).body.arrayBuffer()),
    none: async (path, request) => {
      await call(path, request);
    },
    session: async () => session ?? loadSession(),
    setSession: (next) => {
      session = next;
    },
    onSignedOut: (next) => {
      ask = next;
    },
  };
}

/** A key for one intended write: make it when the person acts, keep it over retries. */
export function newIdempotencyKey(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
}

/** The address of an API path, as links and `<img>` need it. */
export function urlOf(path: string, request: Pick<ApiRequest, 'query'> = {}): string {
  const query = new URLSearchParams();
  for (const [name, value] of Object.entries(request.query ?? {})) {
    if (value !== undefined && value !== '') query.set(name, String(value));
  }
  const text = query.toString();
  return `/api/v1${path}${text ? `?${text}` : ''}`;
}

async function sendByFetch(
  fetcher: typeof fetch,
  path: string,
  request: ApiRequest,
  headers: Record<string, string>,
): Promise<Answer> {
  const limit = AbortSignal.timeout(TIMEOUT_MS);
  const response = await fetcher(urlOf(path, request), {
    method: request.method ?? 'GET',
    credentials: 'same-origin',
    cache: 'no-store',
    headers,
    signal: request.signal ? AbortSignal.any([request.signal, limit]) : limit,
    ...bodyOf(request),
  });
  return { status: response.status, headers: response.headers, body: await response.blob() };
}

function bodyOf(request: ApiRequest): { body?: BodyInit } {
  if (request.form) return { body: request.form };
  if (request.raw) return { body: request.raw.data };
  return request.body === undefined ? {} : { body: JSON.stringify(request.body) };
}

async function readJson<T>(answer: Answer): Promise<T> {
  const text = await answer.body.text();
  try {
    return JSON.parse(text) as T;
  } catch (cause) {
    throw new ApiProblem({ code: 'client.unreadable_answer', status: 0, cause });
  }
}
