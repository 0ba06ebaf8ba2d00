import { isUuid } from '@tra/kernel';
import { parsePem, toPem } from '@tra/pki';
import {
  etagOf,
  httpProblem,
  PageQuery,
  page,
  type RouteApp,
  requireIfMatch,
  requirePrincipal,
  Uuid,
} from '@tra/platform-http';
import { Type } from 'typebox';
import { tablesOf } from '../core.ts';
import { PkiSystemError } from '../errors.ts';
import { CA_OPERATOR, type Caller, mayReadRequest, officerRoleOf, readableKinds } from '../requests/caller.ts';
import { importResult } from '../requests/ceremony.ts';
import { checksOf } from '../requests/checks.ts';
import { correctRequest, decideRequest } from '../requests/decide.ts';
import type { RequestInput } from '../requests/draft.ts';
import { getRequest, submitRequest } from '../requests/submit.ts';
import { listRequestEvents, listRequests, type RequestQuery } from '../store/request-store.ts';
import type { RequestKind, RequestRow, RequestState } from '../store/tables.ts';
import { ActionBody, RequestBody, type RequestFields, RequestView, words } from './schemas.ts';
import { requestView, type ViewParts } from './views.ts';

const base = '/api/v1/pki/requests';
const tags = ['pki'];
const security = [{ session: [] }];
const ById = Type.Object({ id: Uuid });
const bodyLimit = 256 * 1024;

const waiting: readonly RequestState[] = ['submitted', 'first-approved', 'confirmation', 'ceremony'];
const states: readonly RequestState[] = [
  ...waiting,
  'correction',
  'approved',
  'issued',
  'done',
  'rejected',
  'withdrawn',
];
const kinds: readonly RequestKind[] = ['certificate', 'subordinate', 'cross', 'revocation', 'reinstatement'];

type Request = Parameters<typeof requireIfMatch>[0];

/** The version that the client must have seen. Refuses a request without If-Match before anything is read. */
export function versionSeen(request: Request): (version: number) => void {
  if (request.headers['if-match'] === undefined) throw httpProblem('http.precondition_required');
  return (version) => requireIfMatch(request, version);
}

/** The first certificate in a PEM text. Throws `pki.pem_invalid`. */
export function certificateFromPem(text: string): Uint8Array {
  const [der] = parsePem(text, 'CERTIFICATE');
  if (!der) throw new PkiSystemError('pki.import_invalid', { params: { reason: 'certificate' } });
  return der;
}

function inputOf({ certificate, subject, ...rest }: RequestFields): RequestInput {
  return {
    ...rest,
    ...(subject ? { subject: { ...subject } as Readonly<Record<string, string>> } : {}),
    ...(certificate === undefined ? {} : { certificate: certificateFromPem(certificate) }),
  };
}

function afterOf(after: string | undefined): string | undefined {
  if (after !== undefined && !isUuid(after)) throw new PkiSystemError('pki.cursor_invalid');
  return after;
}

interface ListWish {
  readonly scope: 'mine' | 'queue' | 'all';
  readonly kind?: RequestKind;
  readonly state?: RequestState;
  readonly q?: string;
  readonly limit?: number;
  readonly after?: string;
}

/** What a list shows: own requests, those that wait for the caller, or all that the caller may read. */
function queryOf(caller: Caller, wish: ListWish): RequestQuery {
  const { scope, kind, state, q, limit = 50 } = wish;
  const after = afterOf(wish.after);
  const shared = { limit, ...(after === undefined ? {} : { after }), ...(q ? { q } : {}) };
  const wanted = state === undefined ? {} : { states: [state] };
  if (scope === 'mine') {
    const mine = { ...shared, ...wanted, applicant: caller.accountId, order: 'newest' } as const;
    return kind === undefined ? mine : { ...mine, kinds: [kind] };
  }
  const readable = readableKinds(caller);
  if (readable.length === 0) throw httpProblem('http.role_required');
  const chosen = readable.filter((name) => kind === undefined || name === kind);
  if (scope === 'all') return { ...shared, ...wanted, kinds: chosen, order: 'newest' };
  const decided = caller.roles.includes(CA_OPERATOR) ? readable : readable.filter((name) => !isAuthorityKind(name));
  return {
    ...shared,
    states: state === undefined ? waiting : [state],
    kinds: chosen.filter((name) => (decided as readonly string[]).includes(name)),
    officer: caller.accountId,
    order: 'oldest',
  };
}

function isAuthorityKind(kind: RequestKind): boolean {
  return officerRoleOf({ kind, profile: null }) === CA_OPERATOR;
}

function mountReading(app: RouteApp, parts: ViewParts): void {
  const querystring = Type.Object({
    ...PageQuery.properties,
    scope: Type.Unsafe<'mine' | 'queue' | 'all'>({
      type: 'string',
      enum: ['mine', 'queue', 'all'],
      default: 'mine',
      description:
        '`mine`: own applications, newest first. `queue`: those that wait for the caller, oldest first. `all`: those the caller may read.',
    }),
    kind: Type.Optional(words(kinds)),
    state: Type.Optional(words(states)),
    q: Type.Optional(
      Type.String({ maxLength: 100, description: 'Words in the subject, the organisation or the serial.' }),
    ),
  });
  app.get(
    base,
    { schema: { tags, security, summary: 'Applications', querystring, response: { 200: page(RequestView) } } },
    async (request, reply) => {
      const caller = requirePrincipal(request);
      const found = await listRequests(tablesOf(parts.core), queryOf(caller, request.query));
      reply.header('cache-control', 'no-store');
      const items = await Promise.all(found.items.map((row) => requestView(parts, caller, row)));
      return { items, next: found.next };
    },
  );
  app.get(
    `${base}/:id`,
    { schema: { tags, security, summary: 'One application', params: ById, response: { 200: RequestView } } },
    async (request, reply) => {
      const caller = requirePrincipal(request);
      const row = await getRequest(parts.core, request.params.id, (seen) => mayReadRequest(caller, seen));
      return answer(parts, reply, { caller, row });
    },
  );
  app.get(
    `${base}/:id/csr`,
    {
      schema: {
        tags,
        security,
        summary: 'The certification request, PEM',
        description:
          'For a ceremony: what is to be signed. A cross-certification gives the certificate of the other CA.',
        params: ById,
        produces: ['application/x-pem-file'],
      },
    },
    async (request, reply) => {
      const caller = requirePrincipal(request);
      const row = await getRequest(parts.core, request.params.id, (seen) => mayReadRequest(caller, seen));
      if (!row.material) throw httpProblem('http.not_found');
      const label = row.kind === 'cross' || row.details.sameKey ? 'CERTIFICATE' : 'CERTIFICATE REQUEST';
      return reply.header('cache-control', 'no-store').type('application/x-pem-file').send(toPem(label, row.material));
    },
  );
}

interface Reply {
  header(name: string, value: string): Reply;
}

async function answer(
  parts: ViewParts,
  reply: Reply,
  { caller, row }: { readonly caller: Caller; readonly row: RequestRow },
) {
  reply.header('etag', etagOf(row.version)).header('cache-control', 'no-store');
  const view = await requestView(parts, caller, row, await listRequestEvents(tablesOf(parts.core), row.id));
  return { ...view, checks: await checksOf(parts.core, row) };
}

function mountWriting(app: RouteApp, parts: ViewParts): void {
  const { core } = parts;
  app.post(
    base,
    {
      bodyLimit,
      schema: { tags, security, summary: 'Apply for a certificate', body: RequestBody, response: { 201: RequestView } },
    },
    async (request, reply) => {
      const caller = requirePrincipal(request);
      const row = await submitRequest(core, caller, inputOf(request.body));
      reply.code(201).header('location', `${base}/${row.id}`);
      return answer(parts, reply, { caller, row });
    },
  );
  app.put(
    `${base}/:id`,
    {
      bodyLimit,
      schema: {
        tags,
        security,
        summary: 'Correct an application that was sent back',
        description: 'Replaces what was asked for; kind and profile stay. Needs If-Match.',
        params: ById,
        body: RequestBody,
        response: { 200: RequestView },
      },
    },
    async (request, reply) => {
      const caller = requirePrincipal(request);
      const given = { id: request.params.id, input: inputOf(request.body), precondition: versionSeen(request) };
      return answer(parts, reply, { caller, row: await correctRequest(core, caller, given) });
    },
  );
  app.post(
    `${base}/:id/actions`,
    {
      bodyLimit: 64 * 1024,
      schema: {
        tags,
        security,
        summary: 'Approve, reject, ask for a correction, or withdraw',
        description:
          'One of `allowedActions`. Two different officers approve; the applicant is never one of them. The first states how the identity was proven. Needs If-Match.',
        params: ById,
        body: ActionBody,
        response: { 200: RequestView },
      },
    },
    async (request, reply) => {
      const caller = requirePrincipal(request);
      const decision = { ...request.body, id: request.params.id, precondition: versionSeen(request) };
      return answer(parts, reply, { caller, row: await decideRequest(core, caller, decision) });
    },
  );
  app.post(
    `${base}/:id/certificate`,
    {
      bodyLimit,
      schema: {
        tags,
        security,
        summary: 'Hand in what the ceremony signed',
        description: 'Needs the role ca-operator and If-Match.',
        params: ById,
        body: Type.Object({ certificate: Type.String({ maxLength: 100_000, description: 'PEM.' }) }),
        response: { 200: RequestView },
      },
    },
    async (request, reply) => {
      const caller = requirePrincipal(request, CA_OPERATOR);
      const certificate = certificateFromPem(request.body.certificate);
      const given = { id: request.params.id, certificate, precondition: versionSeen(request) };
      return answer(parts, reply, { caller, row: await importResult(core, caller, given) });
    },
  );
}

/** Mounts the routes of the registration authority. */
export function mountRequestRoutes(app: RouteApp, parts: ViewParts): void {
  mountReading(app, parts);
  mountWriting(app, parts);
}
