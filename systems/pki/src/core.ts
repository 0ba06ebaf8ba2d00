import type { SystemContext } from '@tra/platform-system';
import type { AuthorityRegistry } from './authorities/registry.ts';
import type { PkiConfig } from './config.ts';
import { announceCommitted } from './status/local-changes.ts';
import type { PkiTables, PkiTransaction, Tables } from './store/tables.ts';

/** What the functions of this system share. */
export interface PkiCore {
  readonly context: SystemContext<PkiConfig>;
  readonly authorities: AuthorityRegistry;
}

/** The tables outside of a transaction. */
export function tablesOf({ context }: Pick<PkiCore, 'context'>): Tables {
  return context.database.tables<PkiTables>();
}

/** Runs `work` in one transaction. */
export async function inTransaction<R>(
  { context }: Pick<PkiCore, 'context'>,
  work: (trx: PkiTransaction) => Promise<R>,
): Promise<R> {
  let committed: PkiTransaction | undefined;
  const result = await context.database.transaction<PkiTables, R>(async (trx) => {
    committed = trx;
    return await work(trx);
  });
  if (committed) announceCommitted(context.database, committed);
  return result;
}

/** Certificates and CRLs know seconds only; the fraction is cut, never rounded up. */
export function wholeSecond(date: Date): Date {
  return new Date(Math.floor(date.getTime() / 1000) * 1000);
}
