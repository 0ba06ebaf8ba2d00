/** An answer of the API that is not a success. */
export class ApiFault extends Error {
  readonly status: number;
  readonly code: string;
  readonly problem: unknown;

  constructor(status: number, code: string, problem: unknown) {
    super(`${status} ${code}`);
    this.status = status;
    this.code = code;
    this.problem = problem;
  }
}

/** Options of one request. */
export interface RequestOptions {
  readonly method?: string;
  readonly body?: unknown;
  readonly version?: number;
  readonly idempotencyKey?: string;
  readonly headers?: Readonly<Record<string, string>>;
}

/** Speaks to the HTTP API as a browser session would: keeps the cookie and sends the CSRF token. */
export class ApiClient {
  readonly #url: string;
  #cookie = '';
  #csrfToken = '';

  constructor(url: string) {
    this.#url = url;
  }

  /** Signs in; later requests carry the session. Throws {@link ApiFault} when refused. */
  async signIn(username: string, password: string): Promise<void> {
    const response = await this.#send('/api/v1/identity/session', { method: 'POST', body: { username, password } });
    this.#cookie = (response.headers.get('set-cookie') ?? '').split(';')[0] ?? '';
    const session = (await response.json()) as { csrfToken?: string };
    this.#csrfToken = session.csrfToken ?? '';
  }

  /** The JSON answer to a request. Throws {@link ApiFault} for every status of 400 and above. */
  async json<T>(path: string, options: RequestOptions = {}): Promise<T> {
    const response = await this.#send(path, options);
    return (response.status === 204 ? undefined : await response.json()) as T;
  }

  /** The bytes of an answer. Throws {@link ApiFault} for every status of 400 and above. */
  async bytes(path: string, options: RequestOptions = {}): Promise<Uint8Array> {
    const response = await this.#send(path, options);
    return new Uint8Array(await response.arrayBuffer());
  }

  async #send(path: string, options: RequestOptions): Promise<Response> {
    const response = await fetch(`${this.#url}${path}`, {
      method: options.method ?? 'GET',
      headers: this.#headersOf(options),
      ...(options.body === undefined ? {} : { body: bodyOf(options.body) }),
    });
    if (response.status < 400) return response;
    const text = await response.text();
    const problem = text.startsWith('{') ? (JSON.parse(text) as { code?: string }) : { detail: text };
    throw new ApiFault(response.status, 'code' in problem ? (problem.code ?? '') : '', problem);
  }

  #headersOf(options: RequestOptions): Record<string, string> {
    const isJson =
      options.body !== undefined && !(options.body instanceof FormData) && !(options.body instanceof Uint8Array);
    return {
      ...(isJson ? { 'content-type': 'application/json' } : {}),
      ...(this.#cookie ? { cookie: this.#cookie } : {}),
      ...(this.#csrfToken ? { 'x-csrf-token': this.#csrfToken } : {}),
      ...(options.version === undefined ? {} : { 'if-match': `"${options.version}"` }),
      ...(options.idempotencyKey ? { 'idempotency-key': options.idempotencyKey } : {}),
      ...options.headers,
    };
  }
}

function bodyOf(body: unknown): FormData | Uint8Array<ArrayBuffer> | string {
  if (body instanceof FormData) return body;
  if (body instanceof Uint8Array) return new Uint8Array(body);
  return JSON.stringify(body);
}
