import swagger from '@fastify/swagger';
import type { FastifySchema, RouteOptions } from 'fastify';
import type { RouteApp } from './route-app.ts';
import { exampleOf } from './schema-example.ts';
import { ProblemSchema } from './schemas.ts';
import { isUnsafe } from './sign-in-guard.ts';

const problemContent = { 'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } } };
const standardStatuses: Readonly<Record<string, string>> = {
  400: 'The request cannot be understood; `errors` names the fields.',
  401: 'Nobody is signed in, or the session has ended.',
  403: 'The role, or the proof that the request comes from our pages, is missing.',
  404: 'There is nothing at this address for the one who asks.',
  413: 'The body is too large.',
  415: 'The media type of the body is not taken here.',
  429: 'Too many requests; see Retry-After.',
  default: 'Any other problem.',
};

const successWords: Readonly<Record<string, string>> = {
  200: 'Done.',
  201: 'Made.',
  202: 'Accepted; the work goes on.',
  204: 'Done; the answer has no body.',
};

type OpenSchema = FastifySchema & {
  readonly hide?: boolean;
  readonly operationId?: string;
  readonly security?: readonly object[];
  readonly response?: Record<string, unknown>;
};

function statusesOf(schema: OpenSchema, method: string): string[] {
  const statuses = ['429', 'default'];
  if (schema.body || schema.querystring || schema.params) statuses.push('400');
  if (schema.params) statuses.push('404');
  if (schema.security?.length) statuses.push('401', '403');
  if (isUnsafe(method) && schema.body) statuses.push('413', '415');
  return statuses;
}

const idempotencyKey = {
  type: 'string',
  minLength: 1,
  maxLength: 255,
  description: 'Makes it safe to send the same request again: kept for 24 hours, answered as before.',
} as const;

/** Name of an operation for generated clients: `getLicensingServicesById` for `GET /api/v1/licensing/services/:id`. */
function operationIdOf(method: string, url: string): string {
  const words = url
    .replace(/^\/api\/v\d+\//, '')
    .split('/')
    .filter((segment) => segment !== '')
    .map((segment) => (segment.startsWith(':') ? `by-${segment.slice(1)}` : segment));
  return [method.toLowerCase(), ...words]
    .join('-')
    .replace(/[^a-zA-Z0-9]+(.)/g, (_match, letter: string) => letter.toUpperCase());
}

/** `schema` with what holds for every operation: a name, and the header that makes a write safe to repeat. */
function documentOperation(schema: OpenSchema, route: RouteOptions): OpenSchema {
  if (schema.hide) return schema;
  const method = [route.method].flat()[0] ?? 'GET';
  const operationId = schema.operationId ?? operationIdOf(method, route.url);
  if (!isUnsafe(method) || !route.url.startsWith('/api/')) return { ...schema, operationId };
  const headers = (schema.headers ?? { type: 'object' }) as { readonly properties?: object };
  return {
    ...schema,
    operationId,
    headers: { ...headers, properties: { ...headers.properties, 'Idempotency-Key': idempotencyKey } },
  };
}

function documentProblems(schema: OpenSchema, route: RouteOptions): OpenSchema {
  if (schema.hide) return schema;
  const method = [route.method].flat()[0] ?? 'GET';
  const response: Record<string, unknown> = { ...schema.response };
  for (const status of statusesOf(schema, method)) {
    response[status] ??= { description: standardStatuses[status], content: problemContent };
  }
  for (const [status, described] of Object.entries(response)) {
    const hasWords = typeof described === 'object' && described !== null && 'description' in described;
    if (!hasWords)
      response[status] = { ...(described as object), description: successWords[status] ?? `HTTP ${status}` };
  }
  return { ...schema, response } as OpenSchema;
}

interface MediaTypes {
  readonly content?: Readonly<
    Record<string, { readonly schema?: object; example?: unknown; readonly examples?: unknown }>
  >;
}

interface DocumentedOperation {
  readonly requestBody?: MediaTypes;
  readonly responses?: Readonly<Record<string, MediaTypes>>;
}

/** Gives every JSON body and answer of `document` an example, where its route states none. */
function addExamples(document: object): void {
  const { paths = {} } = document as { readonly paths?: Record<string, Record<string, DocumentedOperation>> };
  for (const operation of Object.values(paths).flatMap((methods) => Object.values(methods))) {
    for (const { content } of [operation.requestBody ?? {}, ...Object.values(operation.responses ?? {})]) {
      const json = content?.['application/json'];
      if (json?.schema && json.example === undefined && !json.examples) json.example = exampleOf(json.schema);
    }
  }
}

/** Makes the OpenAPI 3.1 document out of the schemas of all routes that are mounted afterwards. */
export async function registerOpenApi(
  app: RouteApp,
  options: {
    readonly title: string;
    readonly version: string;
    readonly description?: string;
    readonly publicUrl: string;
  },
): Promise<void> {
  const { title, version, description = title, publicUrl } = options;
  await app.register(swagger, {
    openapi: {
      openapi: '3.1.0',
      info: { title, version, description, license: { name: 'Apache-2.0', identifier: 'Apache-2.0' } },
      servers: [{ url: publicUrl }],
      components: {
        schemas: { Problem: JSON.parse(JSON.stringify(ProblemSchema)) },
        securitySchemes: {
          session: {
            type: 'apiKey',
            in: 'cookie',
            name: 'tra_session',
            description: 'Requests that change something also carry the csrfToken of the session as x-csrf-token.',
          },
        },
      },
    },
    transformObject: (made) => {
      if (!('openapiObject' in made)) return made.swaggerObject;
      addExamples(made.openapiObject);
      return made.openapiObject;
    },
    hideUntagged: false,
    convertConstToEnum: false,
    transform: ({ schema, url, route }) => ({
      schema: documentOperation(documentProblems((schema ?? {}) as OpenSchema, route), route),
      url,
    }),
  });
  app.get('/api/openapi.json', { schema: { hide: true }, config: { anonymous: true } }, async (_request, reply) =>
    reply
      .header('cache-control', 'no-cache')
      .type('application/json; charset=utf-8')
      .send(JSON.stringify(app.swagger())),
  );
}
