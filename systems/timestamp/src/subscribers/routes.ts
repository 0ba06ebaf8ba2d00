import {
  etagOf,
  httpProblem,
  PageQuery,
  page,
  type RouteApp,
  requireIfMatch,
  requirePrincipal,
  Timestamp,
  Uuid,
} from '@tra/platform-http';
import { type Static, Type } from 'typebox';
import { TimestampSystemError } from '../errors.ts';
import { countUsed } from '../usage/report.ts';
import { bangkokDay } from './bangkok.ts';
import type { Subscribers } from './context.ts';
import { isOfficer, OFFICER, READERS, readableSubscriber } from './rights.ts';
import { changeSubscriber, createSubscriber, listSubscribers } from './subscribers.ts';
import type { SubscriberRow, SubscriberState, SubscriberTables, Tables } from './tables.ts';

const base = '/api/v1/timestamp/subscribers';
const tags = ['timestamp'];
const security = [{ session: [] }];
const bodyLimit = 16 * 1024;

const State = Type.Unsafe<SubscriberState>({
  type: 'string',
  enum: ['requested', 'active', 'suspended', 'closed'],
  description: 'It stamps only while active; closed is for ever.',
});
const quota = (description: string, maximum: number) =>
  Type.Union([Type.Integer({ minimum: 1, maximum }), Type.Null()], { description });

const facts = {
  name: Type.String({ minLength: 1, maxLength: 200, description: 'Who subscribes.', examples: ['กรมตัวอย่าง'] }),
  contact: Type.String({
    minLength: 3,
    maxLength: 200,
    description: 'Where to reach them: e-mail or telephone.',
    examples: ['it@example.go.th'],
  }),
  purpose: Type.String({ maxLength: 1_000, description: 'What is stamped, in a few words.' }),
};
const terms = {
  policies: Type.Array(Type.String({ pattern: '^[0-2](\\.(0|[1-9][0-9]*))+$', maxLength: 128 }), {
    maxItems: 50,
    description: 'Policy OIDs that may be asked for; empty: all. A request that names none asks for the default one.',
  }),
  perSecond: quota('Requests in a second, to each process of the authority; null: no limit.', 1_000_000),
  perDay: quota('Digests in a day (Bangkok), over all processes; null: no limit.', 1_000_000_000),
  perMonth: quota('Digests in a month (Bangkok), over all processes; null: no limit.', 100_000_000_000),
};
const members = {
  id: Uuid,
  version: Type.Integer(),
  ...facts,
  ...terms,
  state: State,
  owned: Type.Boolean({
    description: 'Whether an account of the portal owns it and makes its keys; if not, officers do.',
  }),
  mine: Type.Boolean({ description: 'Whether that is the account which asks.' }),
  createdAt: Timestamp,
  updatedAt: Timestamp,
};
const Subscriber = Type.Object(members);
const SubscriberWithUse = Type.Object({
  ...members,
  used: Type.Object(
    { day: Type.Integer(), month: Type.Integer() },
    { description: 'Digests stamped today and in this month (Bangkok).' },
  ),
});
const optionalTerms = {
  policies: Type.Optional(terms.policies),
  perSecond: Type.Optional(terms.perSecond),
  perDay: Type.Optional(terms.perDay),
  perMonth: Type.Optional(terms.perMonth),
};
const NewSubscriber = Type.Object(
  { ...facts, purpose: Type.Optional(facts.purpose), ...optionalTerms },
  {
    additionalProperties: false,
    examples: [{ name: 'กรมตัวอย่าง', contact: 'it@example.go.th', purpose: 'หนังสือราชการ', perMonth: 100_000 }],
  },
);
const Change = Type.Object(
  {
    name: Type.Optional(facts.name),
    contact: Type.Optional(facts.contact),
    purpose: Type.Optional(facts.purpose),
    ...optionalTerms,
    state: Type.Optional(State),
  },
  { additionalProperties: false, minProperties: 1, examples: [{ state: 'active', perDay: 10_000, perMonth: 100_000 }] },
);
const ById = Type.Object({ id: Uuid });
const numberOf = (value: number | string | null): number | null => (value === null ? null : Number(value));

function view(row: SubscriberRow, accountId: string) {
  return {
    ...{ id: row.id, version: row.version, name: row.name, contact: row.contact, purpose: row.purpose },
    ...{ state: row.state, policies: [...row.policies], perSecond: row.per_second },
    ...{ perDay: numberOf(row.per_day), perMonth: numberOf(row.per_month) },
    ...{ owned: row.owner !== null, mine: row.owner === accountId },
    createdAt: row.created_at.toISOString(),
    updatedAt: row.updated_at.toISOString(),
  };
}

/** Mounts what subscribers and officers do: ask for, enter, see and change subscriptions. */
export function mountSubscriberRoutes(app: RouteApp, subscribers: Subscribers): void {
  mountList(app, subscribers);
  mountCreate(app, subscribers);
  mountOne(app, subscribers);
}

function tablesOf({ context }: Subscribers): Tables {
  return context.database.tables<SubscriberTables>();
}

function mountList(app: RouteApp, subscribers: Subscribers): void {
  const querystring = Type.Object({
    ...PageQuery.properties,
    scope: Type.Optional(
      Type.Unsafe<'mine' | 'all'>({
        type: 'string',
        enum: ['mine', 'all'],
        default: 'mine',
        description: '`all` needs the role timestamp-officer or auditor.',
      }),
    ),
    state: Type.Optional(State),
    name: Type.Optional(Type.String({ maxLength: 100, description: 'Part of the name.' })),
  });
  const schema = {
    ...{ tags, security, summary: 'Subscribers of the time-stamping authority', querystring },
    description: 'Own subscriptions, or those of all; the newest first.',
    response: { 200: page(Subscriber) },
  };
  app.get(base, { schema }, async (request, reply) => {
    const { limit = 50, after, scope = 'mine', state, name } = request.query;
    const { accountId } = scope === 'all' ? requirePrincipal(request, ...READERS) : requirePrincipal(request);
    if (after !== undefined && !/^[0-9a-f-]{36}$/.test(after))
      throw new TimestampSystemError('timestamp.cursor_invalid');
    const owner = scope === 'mine' ? accountId : undefined;
    const rows = await listSubscribers(tablesOf(subscribers), { owner, state, name, after, limit: limit + 1 });
    const shown = rows.slice(0, limit);
    reply.header('cache-control', 'no-store');
    return {
      items: shown.map((row) => view(row, accountId)),
      next: rows.length > limit ? (shown.at(-1)?.id ?? null) : null,
    };
  });
}

function mountCreate(app: RouteApp, subscribers: Subscribers): void {
  const schema = {
    ...{ tags, security, summary: 'Ask for a subscription, or enter a subscriber', body: NewSubscriber },
    description:
      'Anybody who is signed in asks for one; an officer then grants it, with the quotas that were asked for or others. What an officer (role timestamp-officer) enters is active at once and has no owner.',
    response: { 201: Subscriber },
  };
  app.post(base, { bodyLimit, schema }, async (request, reply) => {
    const principal = requirePrincipal(request);
    const {
      name,
      contact,
      purpose = '',
      policies = [],
      perSecond = null,
      perDay = null,
      perMonth = null,
    } = request.body;
    checkPolicies(subscribers, policies);
    const row = await createSubscriber(subscribers, {
      facts: { name, contact, purpose },
      terms: { policies, perSecond, perDay, perMonth },
      owner: isOfficer(principal) ? null : principal.accountId,
      actor: principal.accountId,
    });
    return reply
      .code(201)
      .header('location', `${base}/${row.id}`)
      .header('etag', etagOf(row.version))
      .send(view(row, principal.accountId));
  });
}

function checkPolicies({ context }: Subscribers, policies: readonly string[]): void {
  const { policy, policies: further } = context.config;
  const known = [policy, ...further.map((text) => text.split(' ')[0])];
  const unknown = policies.find((oid) => !known.includes(oid));
  if (unknown !== undefined)
    throw new TimestampSystemError('timestamp.subscriber_policy', { params: { policy: unknown } });
}

function mountOne(app: RouteApp, subscribers: Subscribers): void {
  const one = { tags, security, params: ById };
  app.get(
    `${base}/:id`,
    {
      schema: {
        ...{ ...one, summary: 'A subscriber', response: { 200: SubscriberWithUse } },
        description: 'For its owner, officers and auditors.',
      },
    },
    async (request, reply) => {
      const row = await readableSubscriber(subscribers, request, request.params.id);
      const { accountId } = requirePrincipal(request);
      const today = bangkokDay(subscribers.context.clock.now().getTime());
      const used = await countUsed(tablesOf(subscribers), row.id, today);
      reply.header('etag', etagOf(row.version)).header('cache-control', 'no-store');
      return { ...view(row, accountId), used };
    },
  );
  app.patch(
    `${base}/:id`,
    {
      bodyLimit,
      schema: {
        ...{ ...one, summary: 'Change a subscriber', body: Change, response: { 200: Subscriber } },
        description:
          'Needs the role timestamp-officer and If-Match. New quotas and a suspension count at once in every process. The owner may change name, contact and purpose.',
      },
    },
    async (request, reply) => {
      const principal = requirePrincipal(request);
      const change = request.body;
      await allowChange(subscribers, request, change);
      checkPolicies(subscribers, change.policies ?? []);
      if (request.headers['if-match'] === undefined) throw httpProblem('http.precondition_required');
      const row = await changeSubscriber(subscribers, request.params.id, {
        ...{ change, actor: principal.accountId },
        seen: (version) => requireIfMatch(request, version),
      });
      reply.header('etag', etagOf(row.version)).header('cache-control', 'no-store');
      return view(row, principal.accountId);
    },
  );
}

async function allowChange(
  subscribers: Subscribers,
  request: Parameters<typeof requirePrincipal>[0] & { readonly params: { readonly id: string } },
  change: Static<typeof Change>,
): Promise<void> {
  const row = await readableSubscriber(subscribers, request, request.params.id);
  const principal = requirePrincipal(request);
  if (isOfficer(principal)) return;
  const factual = Object.keys(change).every((name) => name in facts);
  if (!factual || row.owner !== principal.accountId) requirePrincipal(request, OFFICER);
}
