import { sql } from '@tra/platform-storage';
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

/** What is known of a complete CRL without its bytes. */
export type CrlFacts = Omit<CrlRow, 'crl'> & { readonly size: number };

/** The newest complete CRL of an authority, without its bytes. */
export async function findNewestCrlFacts(tables: Tables, authority: string): Promise<CrlFacts | undefined> {
  return await tables
    .selectFrom('pki_crls')
    .select(['authority', 'number', 'this_update', 'next_update', 'status_seq'])
    .select(sql<number>`octet_length(crl)`.as('size'))
    .where('authority', '=', authority)
    .orderBy('number', 'desc')
    .limit(1)
    .executeTakeFirst();
}

/** The oldest complete CRL that is still current at `at`: delta CRLs continue it, so that whoever holds a later one can use them too. */
export async function findDeltaBase(
  tables: Tables,
  authority: string,
  at: Date,
): Promise<Pick<CrlRow, 'number' | 'status_seq'> | undefined> {
  return await tables
    .selectFrom('pki_crls')
    .select(['number', 'status_seq'])
    .where('authority', '=', authority)
    .where('next_update', '>', at)
    .orderBy('number')
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

/**
 * Deletes delta CRLs and partitions that were replaced, and of the complete ones all but the newest of every hour and of each authority:
 * what was published stays provable by its hash in the public log. Resolves to how many there were.
 */
export async function pruneCrls(tables: Tables): Promise<number> {
  const partial = await sql`
    DELETE FROM pki_partial_crls AS old USING pki_partial_crls AS newer
    WHERE newer.authority = old.authority AND newer.scope = old.scope AND newer.number > old.number`.execute(tables);
  const complete = await sql`
    DELETE FROM pki_crls AS old USING pki_crls AS newer
    WHERE newer.authority = old.authority AND newer.number > old.number
      AND date_trunc('hour', newer.this_update) = date_trunc('hour', old.this_update)`.execute(tables);
  return Number(partial.numAffectedRows ?? 0n) + Number(complete.numAffectedRows ?? 0n);
}
