import type { Kysely, Transaction } from '@tra/platform-storage';
import type { ServiceKind } from './ports.ts';

/** trust_list_states */
export interface StateRow {
  readonly service: string;
  readonly since: Date;
  readonly status: 'granted' | 'withdrawn';
  readonly kind: ServiceKind;
  readonly name_th: string;
  readonly name_en: string;
  readonly provider_th: string;
  readonly provider_en: string;
  readonly certificate: Uint8Array;
}

/** trust_list_signers */
export interface SignerRow {
  readonly generation: number;
  readonly certificate: Uint8Array;
  readonly key_label: string;
  readonly not_after: Date;
  readonly created_at: Date;
}

/** trust_list_lists */
export interface ListRow {
  readonly sequence: number;
  readonly xml: Uint8Array;
  readonly sha256: string;
  readonly content_sha256: string;
  readonly signer: number;
  readonly issued_at: Date;
  readonly next_update: Date;
}

/** trust_list_foreign */
export interface ForeignListRow {
  readonly location: string;
  readonly territory: string;
  readonly is_list_of_lists: boolean;
  readonly sequence: number | null;
  readonly sha256: string | null;
  readonly xml: Uint8Array | null;
  readonly next_update: Date | null;
  readonly verified_at: Date | null;
  readonly tried_at: Date;
  readonly problem: string | null;
}

/** The tables of this system. */
export interface TrustListTables {
  readonly trust_list_states: StateRow;
  readonly trust_list_signers: SignerRow;
  readonly trust_list_lists: ListRow;
  readonly trust_list_foreign: ForeignListRow;
}

/** The database or a transaction of it. */
export type Tables = Kysely<TrustListTables>;

/** A transaction. */
export type TrustListTransaction = Transaction<TrustListTables>;

/** Every status of every service, oldest first. */
export async function listStates(tables: Tables): Promise<readonly StateRow[]> {
  return await tables.selectFrom('trust_list_states').selectAll().orderBy('service').orderBy('since').execute();
}

/** Keys that sign the list, newest first. */
export async function listSigners(tables: Tables): Promise<readonly SignerRow[]> {
  return await tables.selectFrom('trust_list_signers').selectAll().orderBy('generation', 'desc').execute();
}

/** The list with the highest number. */
export async function findNewestList(tables: Tables): Promise<ListRow | undefined> {
  return await tables
    .selectFrom('trust_list_lists')
    .selectAll()
    .orderBy('sequence', 'desc')
    .limit(1)
    .executeTakeFirst();
}

/** Inserts unless somebody else took the number; whether it did. */
export async function insertList(trx: TrustListTransaction, row: ListRow): Promise<boolean> {
  const inserted = await trx
    .insertInto('trust_list_lists')
    .values(row)
    .onConflict((conflict) => conflict.column('sequence').doNothing())
    .returning('sequence')
    .executeTakeFirst();
  return inserted !== undefined;
}

/** Inserts a generation unless somebody else did already; whether it did. */
export async function insertSigner(trx: TrustListTransaction, row: SignerRow): Promise<boolean> {
  const inserted = await trx
    .insertInto('trust_list_signers')
    .values(row)
    .onConflict((conflict) => conflict.column('generation').doNothing())
    .returning('generation')
    .executeTakeFirst();
  return inserted !== undefined;
}

/** Inserts states that are not there yet. */
export async function insertStates(trx: TrustListTransaction, rows: readonly StateRow[]): Promise<void> {
  if (rows.length === 0) return;
  await trx
    .insertInto('trust_list_states')
    .values([...rows])
    .onConflict((conflict) => conflict.columns(['service', 'since']).doNothing())
    .execute();
}
