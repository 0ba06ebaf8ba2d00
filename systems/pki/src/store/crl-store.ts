import type { CrlRow, PartialCrlRow, PkiTransaction, Tables } from './tables.ts';

/** Keeps a complete CRL. */
export async function insertCrl(trx: PkiTransaction, row: CrlRow): Promise<void> {
  await trx.insertInto('pki_crls').values(row).execute();
}

/** The newest complete CRL of an authority. */
export async function findNewestCrl(tables: Tables, authority: string): Promise<CrlRow | undefined> {
  return await tables
    .selectFrom('pki_crls')
    .selectAll()
    .where('authority', '=', authority)
    .orderBy('number', 'desc')
    .limit(1)
    .executeTakeFirst();
}

/** When and under which number the newest complete CRL came, without its bytes. */
export async function findNewestCrlFacts(tables: Tables, authority: string): Promise<Omit<CrlRow, 'crl'> | undefined> {
  return await tables
    .selectFrom('pki_crls')
    .select(['authority', 'number', 'this_update', 'next_update', 'status_seq'])
    .where('authority', '=', authority)
    .orderBy('number', 'desc')
    .limit(1)
    .executeTakeFirst();
}

/** Keeps a delta CRL or a partition. */
export async function insertPartialCrl(trx: PkiTransaction, row: PartialCrlRow): Promise<void> {
  await trx.insertInto('pki_partial_crls').values(row).execute();
}

/** The newest delta CRL or partition. */
export async function findNewestPartialCrl(
  tables: Tables,
  authority: string,
  scope: string,
): Promise<PartialCrlRow | undefined> {
  return await tables
    .selectFrom('pki_partial_crls')
    .selectAll()
    .where('authority', '=', authority)
    .where('scope', '=', scope)
    .orderBy('number', 'desc')
    .limit(1)
    .executeTakeFirst();
}

/** Deletes CRLs that ended before `before`, but never the newest; how many there were. */
export async function pruneCrls(tables: Tables, before: Date): Promise<number> {
  const partial = await tables
    .deleteFrom('pki_partial_crls')
    .where('next_update', '<', before)
    .where(({ exists, selectFrom }) =>
      exists(
        selectFrom('pki_partial_crls as newer')
          .select('newer.number')
          .whereRef('newer.authority', '=', 'pki_partial_crls.authority')
          .whereRef('newer.scope', '=', 'pki_partial_crls.scope')
          .whereRef('newer.number', '>', 'pki_partial_crls.number'),
      ),
    )
    .executeTakeFirst();
  return Number(partial.numDeletedRows);
}
