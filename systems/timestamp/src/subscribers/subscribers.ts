import { uuidv7 } from '@tra/kernel';
import { jsonb, notifyIn } from '@tra/platform-storage';
import { TimestampSystemError } from '../errors.ts';
import type { Subscribers } from './context.ts';
import { CHANGE_CHANNEL } from './keys.ts';
import type { SubscriberRow, SubscriberState, SubscriberTables, SubscriberTransaction, Tables } from './tables.ts';

/** What anybody says who wants to subscribe. */
export interface SubscriberFacts {
  readonly name: string;
  readonly contact: string;
  readonly purpose: string;
}

/** What officers decide. `null` quotas are without limit; no policies means all of them. */
export interface SubscriberTerms {
  readonly policies: readonly string[];
  readonly perSecond: number | null;
  readonly perDay: number | null;
  readonly perMonth: number | null;
}

/** A change: what is absent stays. */
export type SubscriberChange = Partial<SubscriberFacts & SubscriberTerms> & { readonly state?: SubscriberState };

/** From which state an officer may lead to which. */
const ways: Readonly<Record<SubscriberState, readonly SubscriberState[]>> = {
  requested: ['active', 'closed'],
  active: ['suspended', 'closed'],
  suspended: ['active', 'closed'],
  closed: [],
};

/** Records a new subscriber: `requested` when its owner asked for it, `active` when an officer entered it. */
export async function createSubscriber(
  { context }: Subscribers,
  {
    facts,
    terms,
    owner,
    actor,
  }: { facts: SubscriberFacts; terms: SubscriberTerms; owner: string | null; actor: string },
): Promise<SubscriberRow> {
  const now = context.clock.now();
  const state = owner === actor ? 'requested' : 'active';
  return await context.database.transaction<SubscriberTables, SubscriberRow>(async (trx) => {
    if (state === 'requested') await refuseSecondRequest(trx, actor);
    const row = await trx
      .insertInto('timestamp_subscribers')
      .values({
        ...{ id: uuidv7(context.clock, context.random), version: 1, ...facts, owner, state },
        ...{ policies: jsonb(terms.policies), per_second: terms.perSecond },
        ...{ per_day: terms.perDay, per_month: terms.perMonth },
        ...{ created_by: actor, created_at: now, updated_at: now },
      })
      .returningAll()
      .executeTakeFirstOrThrow();
    const details = { state, policies: [...terms.policies], perDay: terms.perDay, perMonth: terms.perMonth };
    await context.audit.append(trx, {
      ...{ stream: 'timestamp', actor, action: 'timestamp.subscriber_created', object: `subscriber:${row.id}` },
      details,
    });
    return row;
  });
}

async function refuseSecondRequest(trx: SubscriberTransaction, owner: string): Promise<void> {
  const open = await trx
    .selectFrom('timestamp_subscribers')
    .select('id')
    .where('owner', '=', owner)
    .where('state', '=', 'requested')
    .executeTakeFirst();
  if (open) throw new TimestampSystemError('timestamp.subscription_pending');
}

/**
 * Changes a subscriber; `seen` throws unless the version is the one that the caller saw. Every process knows at once. Rejects with
 * `timestamp.subscriber_unknown`, `timestamp.subscriber_state`.
 */
export async function changeSubscriber(
  subscribers: Subscribers,
  id: string,
  { change, actor, seen }: { change: SubscriberChange; actor: string; seen: (version: number) => void },
): Promise<SubscriberRow> {
  const { context } = subscribers;
  const row = await context.database.transaction<SubscriberTables, SubscriberRow>(async (trx) => {
    const before = await getSubscriber(trx, id, { lock: true });
    seen(before.version);
    const { state } = change;
    if (state !== undefined && state !== before.state && !ways[before.state].includes(state))
      throw new TimestampSystemError('timestamp.subscriber_state');
    const after = await trx
      .updateTable('timestamp_subscribers')
      .set({ ...columnsOf(change), version: before.version + 1, updated_at: context.clock.now() })
      .where('id', '=', id)
      .returningAll()
      .executeTakeFirstOrThrow();
    const { name: _name, contact: _contact, purpose: _purpose, ...terms } = change;
    await context.audit.append(trx, {
      ...{ stream: 'timestamp', actor, action: 'timestamp.subscriber_changed', object: `subscriber:${id}` },
      details: JSON.parse(JSON.stringify({ changed: Object.keys(change), ...terms })),
    });
    await notifyIn(trx, CHANGE_CHANNEL, id);
    return after;
  });
  await subscribers.desk.forget(id);
  return row;
}

function columnsOf({ policies, perSecond, perDay, perMonth, ...same }: SubscriberChange) {
  return {
    ...same,
    ...(policies === undefined ? {} : { policies: jsonb(policies) }),
    ...(perSecond === undefined ? {} : { per_second: perSecond }),
    ...(perDay === undefined ? {} : { per_day: perDay }),
    ...(perMonth === undefined ? {} : { per_month: perMonth }),
  };
}

/** The subscriber. Rejects with `timestamp.subscriber_unknown`. */
export async function getSubscriber(
  tables: Tables | SubscriberTransaction,
  id: string,
  { lock = false }: { readonly lock?: boolean } = {},
): Promise<SubscriberRow> {
  const query = tables.selectFrom('timestamp_subscribers').selectAll().where('id', '=', id);
  const row = await (lock ? query.forUpdate() : query).executeTakeFirst();
  if (!row) throw new TimestampSystemError('timestamp.subscriber_unknown');
  return row;
}

/** What a list of subscribers is asked for. */
export interface SubscriberQuery {
  /** Only those of this account. */
  readonly owner?: string | undefined;
  readonly state?: SubscriberState | undefined;
  /** Part of the name. */
  readonly name?: string | undefined;
  /** Older than this id. */
  readonly after?: string | undefined;
  readonly limit: number;
}

/** Subscribers, the newest first. */
export async function listSubscribers(tables: Tables, query: SubscriberQuery): Promise<readonly SubscriberRow[]> {
  const { owner, state, name, after, limit } = query;
  let rows = tables.selectFrom('timestamp_subscribers').selectAll();
  if (owner !== undefined) rows = rows.where('owner', '=', owner);
  if (state !== undefined) rows = rows.where('state', '=', state);
  if (name !== undefined) rows = rows.where('name', 'ilike', `%${name.replace(/[\\%_]/g, '\\$&')}%`);
  if (after !== undefined) rows = rows.where('id', '<', after);
  return await rows.orderBy('id', 'desc').limit(limit).execute();
}
