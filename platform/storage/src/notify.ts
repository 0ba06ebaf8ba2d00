import { type Kysely, sql } from 'kysely';
import { checkChannel, checkPayload } from './channels.ts';

/** Sends a notification that arrives when the transaction of `trx` commits, and not at all when it does not. */
export async function notifyIn<T>(trx: Kysely<T>, channel: string, payload: string): Promise<void> {
  await sql`SELECT pg_notify(${checkChannel(channel)}, ${checkPayload(payload)})`.execute(trx);
}
