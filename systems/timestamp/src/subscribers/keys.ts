import type { Database } from '@tra/platform-storage';
import { notifyIn } from '@tra/platform-storage';
import { TimestampSystemError } from '../errors.ts';
import type { Subscribers } from './context.ts';
import type { KnownKey } from './key-cache.ts';
import { makeKey } from './key-text.ts';
import { getSubscriber } from './subscribers.ts';
import type { KeyRow, SubscriberTables, SubscriberTransaction } from './tables.ts';

/** Where processes tell each other of which subscriber something changed. */
export const CHANGE_CHANNEL = 'timestamp_subscribers';

const mostKeys = 20;
const mostDays = 1_096;

/** What the desk needs to know of a key. */
export async function findKnownKey(database: Database, id: string): Promise<KnownKey | undefined> {
  const tables = database.tables<SubscriberTables>();
  const key = await tables.selectFrom('timestamp_subscriber_keys').selectAll().where('id', '=', id).executeTakeFirst();
  if (!key) return undefined;
  const owner = await tables
    .selectFrom('timestamp_subscribers')
    .selectAll()
    .where('id', '=', key.subscriber)
    .executeTakeFirstOrThrow();
  return {
    id: key.id,
    sha256: key.secret_sha256,
    expiresAt: key.expires_at.getTime(),
    revoked: key.revoked_at !== null,
    subscriber: {
      id: owner.id,
      state: owner.state,
      policies: owner.policies.length > 0 ? new Set(owner.policies) : undefined,
      perSecond: owner.per_second ?? undefined,
      perDay: owner.per_day === null ? undefined : Number(owner.per_day),
      perMonth: owner.per_month === null ? undefined : Number(owner.per_month),
    },
  };
}

/** A new key with its text, which is shown this once. */
export interface IssuedKey {
  readonly row: KeyRow;
  readonly text: string;
}

/** What a new key is made of. */
export interface NewKey {
  readonly label: string;
  readonly expiresAt: Date;
}

/**
 * Makes a key. Rejects with `timestamp.subscriber_inactive`, `timestamp.key_validity_invalid` or `timestamp.keys_too_many` (20 that can be
 * used).
 */
export async function createKey(
  subscribers: Subscribers,
  id: string,
  { wanted, actor }: { readonly wanted: NewKey; readonly actor: string },
): Promise<IssuedKey> {
  checkValidity(subscribers, wanted.expiresAt);
  return await changing(subscribers, id, async (trx) => {
    const issued = await insertKey(subscribers, trx, { subscriber: id, ...wanted, replaces: null, actor });
    await tell(subscribers, trx, { id, actor, action: 'timestamp.key_created', key: issued.row });
    return issued;
  });
}

/**
 * Makes a key that takes over from another: both can be used for `overlapHours`, then the old one ends. Rejects as {@link createKey} does, and
 * with `timestamp.key_unknown`, `timestamp.key_ended`.
 */
export async function rotateKey(
  subscribers: Subscribers,
  id: string,
  wanted: { readonly key: string; readonly overlapHours: number; readonly expiresAt: Date; readonly actor: string },
): Promise<IssuedKey> {
  checkValidity(subscribers, wanted.expiresAt);
  const now = subscribers.context.clock.now();
  return await changing(subscribers, id, async (trx) => {
    const old = await getKey(trx, id, wanted.key);
    if (old.revoked_at || old.expires_at <= now) throw new TimestampSystemError('timestamp.key_ended');
    const { label } = old;
    const { expiresAt, actor } = wanted;
    const issued = await insertKey(subscribers, trx, { subscriber: id, label, expiresAt, replaces: old.id, actor });
    const end = new Date(now.getTime() + wanted.overlapHours * 3_600_000);
    if (end < old.expires_at)
      await trx.updateTable('timestamp_subscriber_keys').set({ expires_at: end }).where('id', '=', old.id).execute();
    await tell(subscribers, trx, { id, actor, action: 'timestamp.key_rotated', key: issued.row });
    return issued;
  });
}

/** Ends a key at once, in every process. Rejects with `timestamp.key_unknown`; again changes nothing. */
export async function revokeKey(
  subscribers: Subscribers,
  id: string,
  { key, actor }: { readonly key: string; readonly actor: string },
): Promise<KeyRow> {
  return await changing(subscribers, id, async (trx) => {
    const found = await getKey(trx, id, key);
    if (found.revoked_at) return found;
    const revokedAt = subscribers.context.clock.now();
    await trx.updateTable('timestamp_subscriber_keys').set({ revoked_at: revokedAt }).where('id', '=', key).execute();
    await tell(subscribers, trx, { id, actor, action: 'timestamp.key_revoked', key: found });
    return { ...found, revoked_at: revokedAt };
  });
}

/** All keys of a subscriber, the newest first. */
export async function listKeys({ context }: Subscribers, id: string): Promise<readonly KeyRow[]> {
  return await context.database
    .tables<SubscriberTables>()
    .selectFrom('timestamp_subscriber_keys')
    .selectAll()
    .where('subscriber', '=', id)
    .orderBy('created_at', 'desc')
    .orderBy('id')
    .limit(200)
    .execute();
}

async function changing<R>(
  subscribers: Subscribers,
  id: string,
  work: (trx: SubscriberTransaction) => Promise<R>,
): Promise<R> {
  const result = await subscribers.context.database.transaction<SubscriberTables, R>(work);
  await subscribers.desk.forget(id);
  return result;
}

function checkValidity({ context }: Subscribers, expiresAt: Date): void {
  const days = (expiresAt.getTime() - context.clock.now().getTime()) / 86_400_000;
  if (!(days > 0 && days <= mostDays))
    throw new TimestampSystemError('timestamp.key_validity_invalid', { params: { days: mostDays } });
}

interface KeyRecord extends NewKey {
  readonly subscriber: string;
  readonly replaces: string | null;
  readonly actor: string;
}

async function insertKey(
  { context }: Subscribers,
  trx: SubscriberTransaction,
  { subscriber, label, expiresAt, replaces, actor }: KeyRecord,
): Promise<IssuedKey> {
  const { state } = await getSubscriber(trx, subscriber, { lock: true });
  if (state !== 'active') throw new TimestampSystemError('timestamp.subscriber_inactive');
  const now = context.clock.now();
  const usable = await trx
    .selectFrom('timestamp_subscriber_keys')
    .select('id')
    .where('subscriber', '=', subscriber)
    .where('revoked_at', 'is', null)
    .where('expires_at', '>', now)
    .execute();
  if (usable.length >= mostKeys)
    throw new TimestampSystemError('timestamp.keys_too_many', { params: { limit: mostKeys } });
  const { id, text, sha256 } = makeKey(context.random);
  const row: KeyRow = {
    ...{ id, subscriber, label, secret_sha256: sha256, replaces, created_by: actor, created_at: now },
    ...{ expires_at: expiresAt, revoked_at: null, last_used_at: null },
  };
  await trx.insertInto('timestamp_subscriber_keys').values(row).execute();
  return { row, text };
}

async function getKey(trx: SubscriberTransaction, subscriber: string, key: string): Promise<KeyRow> {
  await getSubscriber(trx, subscriber, { lock: true });
  const found = await trx
    .selectFrom('timestamp_subscriber_keys')
    .selectAll()
    .where('id', '=', key)
    .where('subscriber', '=', subscriber)
    .executeTakeFirst();
  if (!found) throw new TimestampSystemError('timestamp.key_unknown');
  return found;
}

async function tell(
  { context }: Subscribers,
  trx: SubscriberTransaction,
  { id, actor, action, key }: { id: string; actor: string; action: string; key: KeyRow },
): Promise<void> {
  const details = { key: key.id, label: key.label, expiresAt: key.expires_at.toISOString() };
  await context.audit.append(trx, { stream: 'timestamp', actor, action, object: `subscriber:${id}`, details });
  await notifyIn(trx, CHANGE_CHANNEL, id);
}
