import type { SystemContext } from '@tra/platform-system';
import type { TrustListConfig } from './config.ts';
import type { TrustListPorts } from './ports.ts';
import type { Tables, TrustListTables, TrustListTransaction } from './store.ts';

/** What the functions of this system share. */
export interface TrustListCore {
  readonly context: SystemContext<TrustListConfig>;
  readonly ports: TrustListPorts;
}

/** The tables outside of a transaction. */
export function tablesOf({ context }: TrustListCore): Tables {
  return context.database.tables<TrustListTables>();
}

/** Runs `work` in one transaction. */
export async function inTransaction<R>(
  { context }: TrustListCore,
  work: (trx: TrustListTransaction) => Promise<R>,
): Promise<R> {
  return await context.database.transaction<TrustListTables, R>(work);
}
