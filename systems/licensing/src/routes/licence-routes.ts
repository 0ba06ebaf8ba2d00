import { etagOf, PageQuery, type RouteApp, requirePrincipal, Uuid } from '@tra/platform-http';
import { Type } from 'typebox';
import type { Licensing } from '../context.ts';
import { actOnLicence, getLicence, listLicencesFor, readDocument } from '../service/licences.ts';
import { decodeCursor } from '../store/cursor.ts';
import { callerOf, disposition, versionSeenIfAny } from './request.ts';
import { licence, licencePage } from './schemas.ts';
import { licenceRowView, licenceView } from './views.ts';

const base = '/api/v1/licensing/licences';
const tags = ['licensing'];
const security = [{ session: [] }];
const ById = Type.Object({ id: Uuid });

function mountReading(app: RouteApp, licensing: Licensing): void {
  const query = Type.Object({
    ...PageQuery.properties,
    scope: Type.Optional(
      Type.Unsafe<'mine' | 'all'>({
        type: 'string',
        enum: ['mine', 'all'],
        description:
          '`all` of the agency (its staff and auditors), or `mine`. Without it the wider of those the caller may see.',
      }),
    ),
    q: Type.Optional(
      Type.String({ maxLength: 100, description: 'Words in number, reference, holder or business name.' }),
    ),
  });
  app.get(
    base,
    { schema: { tags, security, summary: 'Licences', querystring: query, response: { 200: licencePage } } },
    async (request, reply) => {
      const caller = callerOf(requirePrincipal(request), request.language);
      const { scope, q, limit = 50, after } = request.query;
      const cursor = after === undefined ? {} : { after: decodeCursor(after, 'id') };
      const wanted = { limit, ...cursor, ...(scope ? { scope } : {}), ...(q ? { q } : {}) };
      const page = await listLicencesFor(licensing, caller, wanted);
      reply.header('cache-control', 'no-store');
      return { items: page.items.map((item) => licenceRowView(licensing, item)), next: page.next };
    },
  );
  app.get(
    `${base}/:id`,
    { schema: { tags, security, summary: 'One licence', params: ById, response: { 200: licence } } },
    async (request, reply) => {
      const caller = callerOf(requirePrincipal(request), request.language);
      const found = await getLicence(licensing, caller, request.params.id);
      const { body, version } = await licenceView(licensing, caller, found);
      reply.header('etag', etagOf(version)).header('cache-control', 'no-store');
      return body;
    },
  );
}

function mountFiles(app: RouteApp, licensing: Licensing): void {
  const files = [
    { path: 'document', type: 'application/pdf', ending: 'pdf', summary: 'The signed document (PDF/A-3)' },
    { path: 'data', type: 'application/xml', ending: 'xml', summary: 'The data of the document (XML)' },
  ] as const;
  for (const { path, type, ending, summary } of files) {
    app.get(
      `${base}/:id/${path}`,
      { schema: { tags, security, summary, params: ById, produces: [type] } },
      async (request, reply) => {
        const caller = callerOf(requirePrincipal(request), request.language);
        const found = await getLicence(licensing, caller, request.params.id);
        const bytes = await readDocument(licensing, found, path);
        return reply
          .header('content-disposition', disposition('inline', `${found.row.number}.${ending}`))
          .header('cache-control', 'private, no-cache')
          .type(type)
          .send(Buffer.from(bytes));
      },
    );
  }
}

/** Mounts the routes of licences. */
export function mountLicenceRoutes(app: RouteApp, licensing: Licensing): void {
  mountReading(app, licensing);
  mountFiles(app, licensing);
  app.post(
    `${base}/:id/actions`,
    {
      bodyLimit: 64 * 1024,
      schema: {
        tags,
        security,
        summary: 'Revoke, suspend or reinstate',
        description:
          'Needs the role approver and a reason, which the public page shows. If-Match is looked at when it is there.',
        params: ById,
        body: Type.Object(
          {
            action: Type.Unsafe<'revoke' | 'suspend' | 'reinstate'>({
              type: 'string',
              enum: ['revoke', 'suspend', 'reinstate'],
            }),
            reason: Type.String({ maxLength: 4000 }),
          },
          { examples: [{ action: 'revoke', reason: 'ให้ข้อมูลอันเป็นเท็จ' }] },
        ),
        response: { 200: licence },
      },
    },
    async (request, reply) => {
      const caller = callerOf(requirePrincipal(request, 'approver'), request.language);
      const wanted = { ...request.body, id: request.params.id, precondition: versionSeenIfAny(request) };
      const changed = await actOnLicence(licensing, caller, wanted);
      const { body, version } = await licenceView(licensing, caller, changed);
      reply.header('etag', etagOf(version)).header('cache-control', 'no-store');
      return body;
    },
  );
}
