import { CodedError } from '@tra/kernel';
import type { Authenticator, HttpServer, Principal } from '@tra/platform-http';
import { createTestHttpServer } from '@tra/platform-http/testing';
import { problems } from '../src/errors.ts';
import { mountRoutes } from '../src/routes.ts';
import { messages, people, type World } from './world.ts';

/** `Authorization: Bearer <name>` is that person; `expired` is a session that has ended. */
const authenticator: Authenticator = {
  async authenticate({ headers }) {
    const name = /^Bearer (\w+)$/.exec(String(headers.authorization ?? ''))?.[1];
    if (name === 'expired') throw new CodedError('http.session_expired');
    if (name === undefined || !Object.hasOwn(people, name)) return undefined;
    const { language: _language, ...person } = people[name as keyof typeof people];
    const principal: Principal = { ...person, displayName: { th: name, en: name }, method: 'bearer' };
    return principal;
  },
};

/** Parsed JSON whose shape the test itself states. */
export type Parsed = ReturnType<typeof JSON.parse>;

export interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, unknown>>;
  readonly body: Parsed;
  readonly bytes: Buffer;
}

export interface RequestOptions {
  readonly as?: keyof typeof people | 'expired';
  readonly body?: unknown;
  /** Sent as it is. */
  readonly raw?: string | Buffer;
  readonly type?: string;
  readonly version?: number | string;
  readonly headers?: Readonly<Record<string, string>>;
}

export interface Client {
  readonly server: HttpServer;
  request(method: 'GET' | 'POST' | 'PUT' | 'DELETE', path: string, options?: RequestOptions): Promise<Answer>;
  upload(id: string, parts: readonly UploadPart[], options?: RequestOptions): Promise<Answer>;
}

export interface UploadPart {
  readonly name: string;
  readonly value: string | Uint8Array;
  readonly filename?: string;
}

/** The routes of a world, asked without a network. */
export async function createClient(world: World): Promise<Client> {
  const server = await createTestHttpServer({
    messages,
    problems: new Map(Object.entries(problems)),
    authenticator,
    clock: world.clock,
    config: { rateLimitPerAddress: 0, rateLimitPerAccount: 0 },
  });
  await mountRoutes(server.app, world.licensing);
  await server.app.ready();
  const request: Client['request'] = async (method, path, options = {}) => {
    const { as, body, raw, type, version } = options;
    const payload = raw ?? (body === undefined ? undefined : JSON.stringify(body));
    const response = await server.app.inject({
      method,
      url: `/api/v1/licensing${path}`,
      headers: {
        ...(as ? { authorization: `Bearer ${as}` } : {}),
        ...(version === undefined ? {} : { 'if-match': typeof version === 'number' ? `"${version}"` : version }),
        ...(payload === undefined ? {} : { 'content-type': type ?? 'application/json' }),
        ...options.headers,
      },
      ...(payload === undefined ? {} : { payload }),
    });
    const json = String(response.headers['content-type'] ?? '').includes('json');
    const parsed = json && response.body !== '' ? JSON.parse(response.body) : undefined;
    return { status: response.statusCode, headers: response.headers, body: parsed, bytes: response.rawPayload };
  };
  const upload: Client['upload'] = (id, parts, options = {}) => {
    const boundary = 'tra-test-boundary';
    const pieces = parts.flatMap(({ name, value, filename }) => [
      `--${boundary}\r\ncontent-disposition: form-data; name="${name}"${filename === undefined ? '' : `; filename="${filename}"\r\ncontent-type: application/octet-stream`}\r\n\r\n`,
      value,
      '\r\n',
    ]);
    const raw = Buffer.concat([
      ...pieces.map((piece) => Buffer.from(piece as string)),
      Buffer.from(`--${boundary}--\r\n`),
    ]);
    const type = `multipart/form-data; boundary=${boundary}`;
    return request('POST', `/applications/${id}/attachments`, { as: 'somchai', raw, type, ...options });
  };
  return { server, request, upload };
}
