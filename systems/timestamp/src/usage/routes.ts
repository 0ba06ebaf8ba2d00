import { Readable } from 'node:stream';
import { CSV_START, csvLine, toBase64Url, utf8Encode } from '@tra/kernel';
import { CalendarDate, PageQuery, page, type RouteApp, requirePrincipal, Uuid } from '@tra/platform-http';
import { type Static, Type } from 'typebox';
import { TimestampSystemError } from '../errors.ts';
import { bangkokDay } from '../subscribers/bangkok.ts';
import type { Subscribers } from '../subscribers/context.ts';
import { READERS, readableSubscriber } from '../subscribers/rights.ts';
import type { SubscriberTables, Tables } from '../subscribers/tables.ts';
import { reportUsage, type UsageCursor, type UsageLine, type UsageQuery } from './report.ts';

const base = '/api/v1/timestamp';
const tags = ['timestamp'];
const security = [{ session: [] }];
const CSV = 'text/csv; charset=utf-8';

const Line = Type.Object({
  period: Type.String({ description: 'Day or month in Bangkok.', examples: ['2026-11-21'] }),
  subscriber: Type.String({ description: 'Id of the subscriber; `anonymous` for requests without a key.' }),
  policy: Type.String({ description: 'Policy OID of the tokens; empty for refusals.' }),
  outcome: Type.String({
    description: '`granted`, or why not: a PKIFailureInfo of RFC 3161, or what the subscription did not allow.',
    examples: ['granted', 'quota_day', 'badAlg'],
  }),
  requests: Type.Integer({ description: 'Requests.' }),
  digests: Type.Integer({ description: 'Digests stamped: these count against quotas.' }),
  tokens: Type.Integer({ description: 'Tokens issued: one for each request, however many digests it had.' }),
});

const period = {
  from: Type.Optional(CalendarDate),
  to: Type.Optional(CalendarDate),
  by: Type.Optional(
    Type.Unsafe<'day' | 'month'>({
      type: 'string',
      enum: ['day', 'month'],
      default: 'day',
      description: 'One line per day or per month.',
    }),
  ),
};
const Period = Type.Object(period);
const PagedPeriod = Type.Object({ ...PageQuery.properties, ...period });
const ById = Type.Object({ id: Uuid });

/** Mounts the reports: of one subscriber for itself and for officers, of all for officers. */
export function mountUsageRoutes(app: RouteApp, subscribers: Subscribers): void {
  const about =
    'Counts by day or month in Bangkok, of the last 31 days unless told; at most 400 days. They follow the work by a second.';
  mountReport(app, subscribers, {
    path: `${base}/usage`,
    description: `${about} Needs the role timestamp-officer or auditor.`,
  });
  mountReport(app, subscribers, { path: `${base}/subscribers/:id/usage`, description: about, one: true });
}

interface ReportRoute {
  readonly path: string;
  readonly description: string;
  readonly one?: boolean;
}

function mountReport(app: RouteApp, subscribers: Subscribers, { path, description, one = false }: ReportRoute): void {
  const whose = async (request: Parameters<typeof requirePrincipal>[0]): Promise<string | undefined> => {
    if (one) return (await readableSubscriber(subscribers, request, (request.params as { id: string }).id)).id;
    requirePrincipal(request, ...READERS);
    return undefined;
  };
  const params = one ? { params: ById } : {};
  const paged = { tags, security, summary: 'Usage', description, ...params, querystring: PagedPeriod };
  app.get(path, { schema: { ...paged, response: { 200: page(Line) } } }, async (request, reply) => {
    const subscriber = await whose(request);
    const { limit = 50, after, ...query } = request.query as Static<typeof PagedPeriod>;
    const range = rangeOf(subscribers, query);
    const rows = await reportUsage(tablesOf(subscribers), {
      ...range,
      subscriber,
      limit: limit + 1,
      after: readCursor(after),
    });
    const items = rows.slice(0, limit);
    const last = items.at(-1);
    reply.header('cache-control', 'no-store');
    return { items: [...items], next: rows.length > limit && last ? writeCursor(last) : null };
  });
  const asCsv = {
    ...{ tags, security, summary: 'Usage as CSV', ...params, querystring: Period },
    description: `${description} UTF-8 with byte order mark, RFC 4180; what a spreadsheet would take for a formula begins with an apostrophe.`,
    response: { 200: { description: 'CSV', content: { 'text/csv': { schema: Type.String() } } } },
  };
  app.get(`${path}.csv`, { schema: asCsv as Record<string, unknown> }, async (request, reply) => {
    const subscriber = await whose(request);
    const range = rangeOf(subscribers, request.query as Static<typeof Period>);
    const name = `timestamp-usage-${range.from}-${range.to}.csv`;
    return reply
      .header('cache-control', 'no-store')
      .header('content-disposition', `attachment; filename="${name}"`)
      .type(CSV)
      .send(csvOf(tablesOf(subscribers), { ...range, subscriber }));
  });
}

function tablesOf({ context }: Subscribers): Tables {
  return context.database.tables<SubscriberTables>();
}

const dayMs = 86_400_000;
const mostDays = 400;

function rangeOf(
  { context }: Subscribers,
  { from, to, by = 'day' }: Static<typeof Period>,
): Omit<UsageQuery, 'limit' | 'after' | 'subscriber'> {
  const last = to ?? bangkokDay(context.clock.now().getTime());
  const first = from ?? new Date(Date.parse(last) - 30 * dayMs).toISOString().slice(0, 10);
  const days = (Date.parse(last) - Date.parse(first)) / dayMs + 1;
  if (!(days >= 1 && days <= mostDays))
    throw new TimestampSystemError('timestamp.period_invalid', { params: { days: mostDays } });
  return { from: first, to: last, by };
}

function csvOf(tables: Tables, query: Omit<UsageQuery, 'limit' | 'after'>): Readable {
  const head = ['period', 'subscriber', 'policy', 'outcome', 'requests', 'digests', 'tokens'] as const;
  const lines = async function* (): AsyncGenerator<string> {
    yield CSV_START + csvLine(head);
    const limit = 1_000;
    for (let after: UsageLine | undefined; ; ) {
      const rows = await reportUsage(tables, { ...query, limit, after });
      for (const row of rows) yield csvLine(head.map((name) => row[name]));
      after = rows.at(-1);
      if (rows.length < limit) return;
    }
  };
  return Readable.from(lines());
}

function writeCursor({ period: at, subscriber, policy, outcome }: UsageCursor): string {
  return toBase64Url(utf8Encode(JSON.stringify([at, subscriber, policy, outcome])));
}

function readCursor(text: string | undefined): UsageCursor | undefined {
  if (text === undefined) return undefined;
  try {
    const parts: unknown = JSON.parse(Buffer.from(text, 'base64url').toString('utf8'));
    if (Array.isArray(parts) && parts.length === 4 && parts.every((part) => typeof part === 'string')) {
      const [at, subscriber, policy, outcome] = parts as [string, string, string, string];
      return { period: at, subscriber, policy, outcome };
    }
  } catch (cause) {
    throw new TimestampSystemError('timestamp.cursor_invalid', { cause });
  }
  throw new TimestampSystemError('timestamp.cursor_invalid');
}
