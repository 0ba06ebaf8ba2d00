import type { AuthorityRow, PkiTransaction, Tables } from './tables.ts';

/** What a new authority begins with. */
export type NewAuthority = Pick<
  AuthorityRow,
  'name' | 'kind' | 'parent' | 'state' | 'certificate' | 'key_label' | 'csr' | 'operator'
>;

/** All authorities, in the order in which they came. */
export async function listAuthorities(tables: Tables): Promise<AuthorityRow[]> {
  return await tables.selectFrom('pki_authorities').selectAll().orderBy('created_at').orderBy('name').execute();
}

/** One authority. */
export async function findAuthority(tables: Tables, id: string): Promise<AuthorityRow | undefined> {
  return await tables.selectFrom('pki_authorities').selectAll().where('name', '=', id).executeTakeFirst();
}

/** Inserts the authority unless one of that name is there; resolves to whether it did. */
export async function insertAuthority(trx: PkiTransaction, row: NewAuthority, createdAt: Date): Promise<boolean> {
  const rows = await trx
    .insertInto('pki_authorities')
    .values({ ...row, crl_number: 0, version: 1, created_at: createdAt })
    .onConflict((conflict) => conflict.column('name').doNothing())
    .returning('name')
    .execute();
  return rows.length > 0;
}

/** Takes the authority's row lock: its CRLs and status changes are made one after the other. Undefined when there is none. */
export async function lockAuthority(trx: PkiTransaction, id: string): Promise<AuthorityRow | undefined> {
  return await trx.selectFrom('pki_authorities').selectAll().where('name', '=', id).forUpdate().executeTakeFirst();
}

/** What may change about an authority. */
export type AuthorityChange = Partial<Pick<AuthorityRow, 'state' | 'certificate' | 'csr' | 'parent' | 'operator'>>;

/** Changes an authority that stands at `version`; resolves to whether it still did. */
export async function updateAuthority(
  trx: PkiTransaction,
  seen: Pick<AuthorityRow, 'name' | 'version'>,
  change: AuthorityChange,
): Promise<boolean> {
  const { numUpdatedRows } = await trx
    .updateTable('pki_authorities')
    .set({ ...change, version: seen.version + 1 })
    .where('name', '=', seen.name)
    .where('version', '=', seen.version)
    .executeTakeFirst();
  return numUpdatedRows === 1n;
}

/** Takes the next CRL number under the authority's row lock. */
export async function nextCrlNumber(trx: PkiTransaction, id: string): Promise<number> {
  const row = await trx
    .updateTable('pki_authorities')
    .set((row) => ({ crl_number: row('crl_number', '+', 1) }))
    .where('name', '=', id)
    .returning('crl_number')
    .executeTakeFirstOrThrow();
  return row.crl_number;
}

/** Raises the CRL number to one that was signed elsewhere. False when that would not be forward. */
export async function raiseCrlNumber(trx: PkiTransaction, id: string, number: number): Promise<boolean> {
  const { numUpdatedRows } = await trx
    .updateTable('pki_authorities')
    .set({ crl_number: number })
    .where('name', '=', id)
    .where('crl_number', '<', number)
    .executeTakeFirst();
  return numUpdatedRows === 1n;
}
