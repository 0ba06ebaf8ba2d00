import { etagOf, PageQuery, type RouteApp, requirePrincipal, Uuid } from '@tra/platform-http';
import { Type } from 'typebox';
import type { Caller } from '../caller.ts';
import type { Licensing } from '../context.ts';
import { takeAction } from '../service/actions.ts';
import { createApplication, getApplication, listApplications, saveData } from '../service/applications.ts';
import { attachFile, detachFile, readFile } from '../service/attachments.ts';
import type { OpenCase } from '../service/open-case.ts';
import { decodeCursor } from '../store/cursor.ts';
import type { ApplicationBody } from './bodies.ts';
import { callerOf, disposition, versionSeen, versionSeenIfAny } from './request.ts';
import { application, applicationPage } from './schemas.ts';
import { readUpload } from './upload.ts';
import { applicationView, summaryViews } from './views.ts';

const base = '/api/v1/licensing/applications';
const tags = ['licensing'];
const security = [{ session: [] }];
const ById = Type.Object({ id: Uuid });
const ByFile = Type.Object({ id: Uuid, attachmentId: Uuid });
const DataBody = Type.Record(Type.String({ maxLength: 100 }), Type.Unknown(), { description: 'Answers by field id.' });
const bodyLimit = 256 * 1024;

interface Reply {
  header(name: string, value: string): Reply;
}

/** Sends an application with its version as entity tag; it is nobody else's to keep. */
async function answer(
  licensing: Licensing,
  reply: Reply,
  shown: { readonly caller: Caller; readonly found: OpenCase },
): Promise<ApplicationBody> {
  const body = await applicationView(licensing, shown.caller, shown.found);
  reply.header('etag', etagOf(body.version)).header('cache-control', 'no-store');
  return body;
}

function mountReading(app: RouteApp, licensing: Licensing): void {
  const query = Type.Object({
    ...PageQuery.properties,
    scope: Type.Unsafe<'mine' | 'queue'>({
      type: 'string',
      enum: ['mine', 'queue'],
      default: 'mine',
      description:
        '`mine`: own applications, newest first. `queue`: those that wait for the roles of the caller, what is due first in front.',
    }),
    state: Type.Optional(Type.String({ minLength: 1, maxLength: 40, description: 'Only applications in this state.' })),
    q: Type.Optional(
      Type.String({
        maxLength: 100,
        description: 'Words in the reference, the number, the holder or the business name.',
      }),
    ),
  });
  app.get(
    base,
    { schema: { tags, security, summary: 'Applications', querystring: query, response: { 200: applicationPage } } },
    async (request, reply) => {
      const caller = callerOf(requirePrincipal(request), request.language);
      const { scope, state, q, limit = 50, after } = request.query;
      const cursor = after === undefined ? {} : { after: decodeCursor(after, scope === 'mine' ? 'id' : 'due') };
      const wanted = { scope, limit, ...cursor, ...(state === undefined ? {} : { state }), ...(q ? { q } : {}) };
      const page = await listApplications(licensing, caller, wanted);
      reply.header('cache-control', 'no-store');
      return { items: await summaryViews(licensing, page.items), next: page.next };
    },
  );
  app.get(
    `${base}/:id`,
    { schema: { tags, security, summary: 'One application', params: ById, response: { 200: application } } },
    async (request, reply) => {
      const caller = callerOf(requirePrincipal(request), request.language);
      return answer(licensing, reply, { caller, found: await getApplication(licensing, caller, request.params.id) });
    },
  );
}

function mountWriting(app: RouteApp, licensing: Licensing): void {
  const start = Type.Object(
    { service: Type.String({ minLength: 1, maxLength: 200 }), data: Type.Optional(DataBody) },
    { examples: [{ service: 'dbd.ecommerce-registration' }] },
  );
  app.post(
    base,
    {
      bodyLimit,
      schema: { tags, security, summary: 'Begin an application', body: start, response: { 201: application } },
    },
    async (request, reply) => {
      const caller = callerOf(requirePrincipal(request, 'citizen'), request.language);
      const found = await createApplication(licensing, caller, request.body);
      reply.code(201).header('location', `${base}/${found.row.id}`);
      return answer(licensing, reply, { caller, found });
    },
  );
  app.put(
    `${base}/:id/data`,
    {
      bodyLimit,
      schema: {
        tags,
        security,
        summary: 'Replace the answers of a draft',
        description: 'Answers may be missing; what is there must be sound. Needs If-Match.',
        params: ById,
        body: Type.Object({ data: DataBody }, { examples: [{ data: { applicantKind: 'natural' } }] }),
        response: { 200: application },
      },
    },
    async (request, reply) => {
      const caller = callerOf(requirePrincipal(request), request.language);
      const given = { id: request.params.id, data: request.body.data, precondition: versionSeen(request) };
      return answer(licensing, reply, { caller, found: await saveData(licensing, caller, given) });
    },
  );
  const actionBody = Type.Object(
    {
      action: Type.String({ minLength: 1, maxLength: 40 }),
      reason: Type.Optional(Type.String({ maxLength: 4000 })),
      receiptNumber: Type.Optional(Type.String({ maxLength: 60 })),
    },
    { examples: [{ action: 'submit' }, { action: 'return', reason: 'สำเนาบัตรไม่ชัด' }] },
  );
  app.post(
    `${base}/:id/actions`,
    {
      bodyLimit: 64 * 1024,
      schema: {
        tags,
        security,
        summary: 'Take an action',
        description: 'One of `allowedActions` of the application. Needs If-Match.',
        params: ById,
        body: actionBody,
        response: { 200: application },
      },
    },
    async (request, reply) => {
      const caller = callerOf(requirePrincipal(request), request.language);
      const wanted = {
        ...request.body,
        id: request.params.id,
        precondition: versionSeen(request),
        scope: 'case',
      } as const;
      return answer(licensing, reply, { caller, found: await takeAction(licensing, caller, wanted) });
    },
  );
}

function mountFiles(app: RouteApp, licensing: Licensing): void {
  app.post(
    `${base}/:id/attachments`,
    {
      bodyLimit: licensing.config.attachmentMaxBytes + 64 * 1024,
      schema: {
        tags,
        security,
        summary: 'Attach a file to a draft',
        description:
          'Parts `field` (id of the field) and `file` (PDF, PNG or JPEG, known by its content). If-Match is looked at when it is there.',
        consumes: ['multipart/form-data'],
        params: ById,
        response: { 201: application },
      },
    },
    async (request, reply) => {
      const caller = callerOf(requirePrincipal(request), request.language);
      const upload = await readUpload(request, licensing.config.attachmentMaxBytes);
      const given = { id: request.params.id, upload, precondition: versionSeenIfAny(request) };
      const found = await attachFile(licensing, caller, given);
      reply.code(201);
      return answer(licensing, reply, { caller, found });
    },
  );
  app.get(
    `${base}/:id/attachments/:attachmentId`,
    { schema: { tags, security, summary: 'One attached file', params: ByFile } },
    async (request, reply) => {
      const caller = callerOf(requirePrincipal(request), request.language);
      const { file, bytes } = await readFile(licensing, caller, request.params);
      return reply
        .header('content-disposition', disposition('attachment', file.name))
        .header('cache-control', 'private, no-store')
        .type(file.mediaType)
        .send(Buffer.from(bytes));
    },
  );
  app.delete(
    `${base}/:id/attachments/:attachmentId`,
    {
      schema: {
        tags,
        security,
        summary: 'Take a file out of a draft',
        params: ByFile,
        response: { 204: Type.Null({ description: 'Taken out.' }) },
      },
    },
    async (request, reply) => {
      const caller = callerOf(requirePrincipal(request), request.language);
      const given = { ...request.params, precondition: versionSeenIfAny(request) };
      const found = await detachFile(licensing, caller, given);
      return reply.code(204).header('etag', etagOf(found.row.version)).send(null);
    },
  );
}

/** Mounts the routes of applications. */
export function mountApplicationRoutes(app: RouteApp, licensing: Licensing): void {
  mountReading(app, licensing);
  mountWriting(app, licensing);
  mountFiles(app, licensing);
}
