import { Readable } from 'node:stream';
import type { Verdict } from '@tra/kernel';
import { page, type RouteApp, type RouteReply, type RouteRequest } from '@tra/platform-http';
import { Type } from 'typebox';
import type { BatchResult, BatchStatus } from './batches/batches.ts';
import { refusedWith } from './errors.ts';
import { VerdictSchema } from './report-schemas.ts';
import { withFormatLinks } from './reports/answer.ts';
import { csvHeader, csvRow } from './result-table.ts';
import type { RouteParts } from './routes.ts';
import { BatchItem, BatchStatusSchema } from './schemas.ts';
import { withWords } from './words.ts';

const path = '/api/v1/validations/:id';
const Params = Type.Object({
  id: Type.String({
    minLength: 1,
    maxLength: 64,
    description: 'The id that the batch was answered with. Whoever knows it may read.',
  }),
});
const tags = ['validation'];
const security: readonly never[] = [];
const pageSize = 200;
const gone = refusedWith('validation.not_found');

interface ById {
  readonly params: { readonly id: string };
}

/** Mounts what can be asked about a batch, or about a result that is kept. Only who knows the unguessable id can; there is no list. */
export function mountResultRoutes(app: RouteApp, parts: RouteParts): void {
  const { batches } = parts.service;
  const common = { tags, security, params: Params };
  const status = { ...common, response: { 200: BatchStatusSchema } };
  const state = async (found: Promise<BatchStatus>, reply: RouteReply): Promise<BatchStatus> => {
    const answer = await found;
    reply.header('cache-control', 'no-store');
    if (answer.state === 'waiting' || answer.state === 'running') reply.header('retry-after', '2');
    return answer;
  };
  const get = {
    ...status,
    summary: 'Where a batch stands',
    description: `Ask again after \`Retry-After\` seconds while it waits or runs.${gone}`,
  };
  app.get(path, { schema: get }, (request, reply) => state(batches.status(idOf(request)), reply));
  const cancel = {
    ...status,
    summary: 'Stop a batch',
    description: `What was judged already can still be read; documents are deleted at once.${gone}`,
  };
  app.post(`${path}/cancel`, { schema: cancel }, (request, reply) => state(batches.cancel(idOf(request)), reply));
  const remove = {
    ...common,
    summary: 'Delete a batch',
    description: `Deletes documents and results at once.${gone}`,
    response: { 204: Type.Null() },
  };
  app.delete(path, { schema: remove }, async (request, reply) => {
    await batches.remove(idOf(request));
    return reply.code(204).send(null);
  });
  mountReports(app, parts);
}

function idOf(request: RouteRequest): string {
  return (request as unknown as ById).params.id;
}

function mountReports(app: RouteApp, { messages, service }: RouteParts): void {
  const common = { tags, security, params: Params };
  const Query = Type.Object({
    limit: Type.Optional(
      Type.Integer({ minimum: 1, maximum: pageSize, default: 50, description: 'Most items to return.' }),
    ),
    after: Type.Optional(Type.String({ minLength: 1, maxLength: 20, description: 'The `next` of the page before.' })),
    verdict: Type.Optional(VerdictSchema),
  });
  const schema = {
    ...common,
    summary: 'Reports of a batch',
    description: `In the order of the documents; those that are not judged yet are left out.${gone}`,
    querystring: Query,
    response: { 200: page(BatchItem) },
  };
  app.get(`${path}/reports`, { schema }, async (request, reply) => {
    const query = request.query as { readonly limit: number; readonly after?: string; readonly verdict?: Verdict };
    const { items, next } = await service.batches.results(idOf(request), query);
    reply.header('cache-control', 'no-store').header('vary', 'Accept-Language');
    const { language } = request;
    const id = idOf(request);
    const worded = items.map(({ report, ...item }) => {
      const place = { id, position: item.position };
      return { ...item, report: withFormatLinks(withWords(report, messages, language), report.formats, place) };
    });
    return { items: worded, next };
  });
  const download = (type: string, summary: string) => ({
    schema: {
      ...common,
      summary,
      description: `${summary}.${gone}`,
      response: { 200: { description: summary, content: { [type]: { schema: Type.String() } } } },
    },
  });
  app.get(
    `${path}/reports.ndjson`,
    download('application/x-ndjson', 'Reports of a batch, one JSON object per line'),
    async (request, reply) => {
      const { language } = request;
      const linked = ({ position, report }: BatchResult): object =>
        withFormatLinks(withWords(report, messages, language), report.formats, { id: idOf(request), position });
      const line = (item: BatchResult): string => `${JSON.stringify({ ...item, report: linked(item) })}\n`;
      return await stream(
        service,
        { request, reply },
        { type: 'application/x-ndjson', name: 'reports.ndjson', head: '', line },
      );
    },
  );
  app.get(
    `${path}/reports.csv`,
    download('text/csv', 'Table of a batch, one line per document'),
    async (request, reply) => {
      const line = (item: BatchResult): string => csvRow(item, messages, request.language);
      return await stream(
        service,
        { request, reply },
        { type: 'text/csv; charset=utf-8', name: 'reports.csv', head: csvHeader, line },
      );
    },
  );
}

interface Download {
  readonly type: string;
  readonly name: string;
  readonly head: string;
  readonly line: (item: BatchResult) => string;
}

/** Sends all results page by page: as many as there are never stand in memory. */
async function stream(
  service: RouteParts['service'],
  { request, reply }: { readonly request: RouteRequest; readonly reply: RouteReply },
  { type, name, head, line }: Download,
): Promise<RouteReply> {
  const id = idOf(request);
  await service.batches.status(id);
  const lines = async function* (): AsyncGenerator<string> {
    yield head;
    let after: string | undefined;
    do {
      const found = await service.batches.results(id, { limit: pageSize, ...(after === undefined ? {} : { after }) });
      yield found.items.map(line).join('');
      after = found.next ?? undefined;
    } while (after !== undefined);
  };
  return reply
    .header('cache-control', 'no-store')
    .header('vary', 'Accept-Language')
    .header('content-disposition', `attachment; filename="${name}"`)
    .type(type)
    .send(Readable.from(lines()));
}
