import type { Kysely } from '@tra/platform-storage';
import { type PkiCore, tablesOf } from '../core.ts';
import type { Tables } from '../store/tables.ts';

/** pki_ocsp_responders */
export interface ResponderRow {
  readonly authority: string;
  readonly serial_hex: string;
  readonly certificate: Uint8Array;
  readonly key_label: string;
  readonly key_since: Date;
  readonly not_after: Date;
  readonly created_at: Date;
}

interface ResponderTables {
  readonly pki_ocsp_responders: ResponderRow;
}

function tables(connection: Tables): Kysely<ResponderTables> {
  return connection as unknown as Kysely<ResponderTables>;
}

/** The responder of an authority whose certificate lasts longest. */
export async function findResponder(core: PkiCore, authority: string): Promise<ResponderRow | undefined> {
  return await tables(tablesOf(core))
    .selectFrom('pki_ocsp_responders')
    .selectAll()
    .where('authority', '=', authority)
    .orderBy('not_after', 'desc')
    .orderBy('serial_hex')
    .limit(1)
    .executeTakeFirst();
}

/** Keeps a responder whose certificate is stored. */
export async function insertResponder(connection: Tables, row: ResponderRow): Promise<void> {
  await tables(connection).insertInto('pki_ocsp_responders').values(row).execute();
}
