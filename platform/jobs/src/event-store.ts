import { sql } from '@tra/platform-storage';
import type { Tables } from './queue-store.ts';

/** Who wants to hear of which type. */
export interface Subscription {
  readonly type: string;
  readonly name: string;
}

/** Makes subscriptions known to all processes. */
export async function saveSubscriptions(database: Tables, subscriptions: readonly Subscription[]): Promise<void> {
  if (subscriptions.length === 0) return;
  await database
    .insertInto('jobs_subscriptions')
    .values(subscriptions.map(({ type, name }) => ({ type, name })))
    .onConflict((conflict) => conflict.doNothing())
    .execute();
}

/** Names of those who want to hear of `type`, in any process. */
export async function readSubscribers(trx: Tables, type: string): Promise<string[]> {
  const { rows } = await sql<{ name: string }>`
    SELECT name FROM jobs_subscriptions WHERE type = ${type} ORDER BY name`.execute(trx);
  return rows.map(({ name }) => name);
}
