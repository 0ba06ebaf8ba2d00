import { CodedError } from '@tra/kernel';
import type { RouteApp, RouteReply, RouteRequest } from '@tra/platform-http';
import { Type } from 'typebox';
import type { Enrolment } from '../context.ts';
import { mountAccountRoutes } from './account-routes.ts';
import { authenticate, type SignedRequest } from './authenticate.ts';
import { newNonce } from './nonces.ts';
import { mountOrderRoutes } from './order-routes.ts';
import { AcmeError, malformed, type Wording, writeProblem } from './problem.ts';
import { renewalInfo } from './renewal.ts';
import { ACME_PATH, acmeUrls } from './urls.ts';

const JOSE = 'application/jose+json';
const PROBLEM = 'application/problem+json; charset=utf-8';
const maxBodyBytes = 64 * 1024;
const tags = ['acme'];

/** What the handler of one signed request works with. */
export interface AcmeCall {
  readonly enrolment: Enrolment;
  readonly request: SignedRequest;
  readonly reply: RouteReply;
  readonly id: string;
  /** Path of the request without query. */
  readonly path: string;
  readonly say: Wording;
}

/** One signed resource. */
export interface AcmeRoute {
  readonly path: string;
  readonly summary: string;
  /** Answers; what it returns is sent as JSON unless the reply was sent. */
  handle(call: AcmeCall): Promise<unknown>;
}

/** The words of codes in the language of the reader. */
function wordingFor({ context }: Enrolment, request: RouteRequest): Wording {
  return (code, params) =>
    context.messages.has(code) ? context.messages.translate(code, request.language, params ?? {}) : code;
}

/** Mounts ACME (RFC 8555) with renewal information (RFC 9773). */
export async function mountAcme(app: RouteApp, enrolment: Enrolment): Promise<void> {
  await app.register(async (scope) => {
    scope.removeAllContentTypeParsers();
    scope.addContentTypeParser(
      JOSE,
      { parseAs: 'string', bodyLimit: maxBodyBytes },
      async (_request: unknown, body: unknown) => parseBody(String(body)),
    );
    scope.setErrorHandler((error, request, reply) => sendProblem(enrolment, { error, request, reply }));
    scope.addHook('onSend', async (request, reply) => {
      const index = `<${acmeUrls(enrolment).of(`${ACME_PATH}/directory`)}>;rel="index"`;
      const link = reply.getHeader('link');
      reply.header('link', typeof link === 'string' ? [link, index] : index);
      if (request.method === 'GET' || reply.hasHeader('replay-nonce')) return;
      reply.header('replay-nonce', await newNonce(enrolment)).header('cache-control', 'no-store');
    });
    mountOpenResources(scope as unknown as RouteApp, enrolment);
    for (const route of [...mountAccountRoutes(), ...mountOrderRoutes()]) {
      mountSigned(scope as unknown as RouteApp, enrolment, route);
    }
  });
}

function parseBody(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new AcmeError('malformed', 'enrolment.jws_invalid', { cause });
  }
}

function sendProblem(
  enrolment: Enrolment,
  { error, request, reply }: { readonly error: unknown; readonly request: RouteRequest; readonly reply: RouteReply },
): RouteReply {
  const problem = toAcmeError(error);
  if (problem.status >= 500) {
    enrolment.context.logger.error({ err: error, traceId: request.traceId }, 'an ACME request failed');
  }
  const say = wordingFor(enrolment, request);
  const body = { ...writeProblem(problem.toObject(), say), status: problem.status, ...problem.options.members };
  return reply
    .code(problem.status)
    .headers({ ...problem.options.headers, 'content-language': request.language })
    .type(PROBLEM)
    .send(JSON.stringify(body));
}

function toAcmeError(error: unknown): AcmeError {
  if (error instanceof AcmeError) return error;
  const { statusCode, status } = error as { statusCode?: number; status?: number };
  const code = statusCode ?? status ?? 500;
  if (code === 429) return new AcmeError('rateLimited', 'http.rate_limited', paramsOf(error));
  if (code === 415) return new AcmeError('malformed', 'enrolment.media_type', { status: 415, cause: error });
  if (code === 413) return new AcmeError('malformed', 'http.body_too_large', { status: 413, ...paramsOf(error) });
  if (code >= 400 && code < 500) return new AcmeError('malformed', 'http.request_invalid', { status: code });
  return new AcmeError('serverInternal', 'http.internal', { status: code === 503 ? 503 : 500, cause: error });
}

function paramsOf(error: unknown): { params?: CodedError['params'] & object; cause: unknown } {
  const params = error instanceof CodedError ? error.params : undefined;
  return { ...(params ? { params } : {}), cause: error };
}

function mountOpenResources(app: RouteApp, enrolment: Enrolment): void {
  const { config } = enrolment.context;
  const urls = acmeUrls(enrolment);
  const security: { [scheme: string]: readonly string[] }[] = [];
  app.get(
    `${ACME_PATH}/directory`,
    { schema: { tags, security, summary: 'Directory', description: 'RFC 8555 section 7.1.1.' } },
    async (_request, reply) =>
      reply.header('cache-control', 'public, max-age=300').send({
        newNonce: urls.of(`${ACME_PATH}/new-nonce`),
        newAccount: urls.of(`${ACME_PATH}/new-account`),
        newOrder: urls.of(`${ACME_PATH}/new-order`),
        revokeCert: urls.of(`${ACME_PATH}/revoke-certificate`),
        keyChange: urls.of(`${ACME_PATH}/key-change`),
        renewalInfo: urls.of(`${ACME_PATH}/renewal-info`),
        meta: {
          ...(config.acmeTerms ? { termsOfService: config.acmeTerms } : {}),
          website: urls.of('/pki'),
          ...(config.caaIdentities.length > 0 ? { caaIdentities: config.caaIdentities } : {}),
          externalAccountRequired: config.acme === 'credential',
        },
      }),
  );
  app.route({
    method: ['GET', 'HEAD'],
    url: `${ACME_PATH}/new-nonce`,
    schema: { tags, security, summary: 'A fresh nonce', description: 'RFC 8555 section 7.2, in `Replay-Nonce`.' },
    handler: async (request, reply) =>
      reply
        .code(request.method === 'HEAD' ? 200 : 204)
        .headers({ 'replay-nonce': await newNonce(enrolment), 'cache-control': 'no-store' })
        .send(),
  });
  const params = Type.Object({ id: Type.String({ maxLength: 200 }) });
  app.get(
    `${ACME_PATH}/renewal-info/:id`,
    { schema: { tags, security, params, summary: 'When to renew', description: 'RFC 9773 section 4.' } },
    async (request, reply) =>
      reply
        .headers({ 'retry-after': '21600', 'cache-control': 'no-store' })
        .send(await renewalInfo(enrolment, request.params.id)),
  );
}

function mountSigned(app: RouteApp, enrolment: Enrolment, route: AcmeRoute): void {
  const schema: Record<string, unknown> = {
    tags,
    security: [],
    summary: route.summary,
    description: 'Signed as JWS (RFC 8555 section 6.2).',
    consumes: [JOSE],
  };
  if (route.path.includes(':id')) schema.params = Type.Object({ id: Type.String({ maxLength: 64 }) });
  app.post(`${ACME_PATH}${route.path}`, { schema }, async (request, reply) => {
    if (request.body === undefined) throw malformed('enrolment.jws_invalid');
    const [path = ''] = request.url.split('?', 1);
    const signed = await authenticate(enrolment, request.body, path);
    const id = (request.params as { id?: string }).id ?? '';
    const say = wordingFor(enrolment, request);
    const answer = await route.handle({ enrolment, request: signed, reply, id, path, say });
    return reply.sent || answer === undefined ? reply : reply.type('application/json').send(answer);
  });
}
