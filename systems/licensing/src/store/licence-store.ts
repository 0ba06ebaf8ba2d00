import { sql } from '@tra/platform-storage';
import type { Page } from './case-list.ts';
import type { Tables } from './case-store.ts';
import { type Cursor, encodeCursor } from './cursor.ts';
import { likePattern } from './search.ts';
import type { LicenceRow } from './tables.ts';

/**
 * The next number of a series, beginning with 1. The row of the series stays locked until the transaction ends: a number that
 * is rolled back is handed out again, so there is no gap.
 */
export async function nextNumber(trx: Tables, series: string): Promise<number> {
  const row = await trx
    .insertInto('licensing_numbers')
    .values({ series, last: 1 })
    .onConflict((conflict) => conflict.column('series').doUpdateSet({ last: sql`licensing_numbers.last + 1` }))
    .returning('last')
    .executeTakeFirstOrThrow();
  return row.last;
}

/** Stores a reserved licence: number and public id are taken for good. */
export async function insertLicence(trx: Tables, row: LicenceRow): Promise<void> {
  await trx.insertInto('licensing_licences').values(row).execute();
}

/** One licence by one of its unique columns; undefined when there is none. */
export async function findLicence(
  tables: Tables,
  column: 'id' | 'case_id' | 'public_id' | 'number' | 'document_sha256',
  value: string,
): Promise<LicenceRow | undefined> {
  return tables.selectFrom('licensing_licences').selectAll().where(column, '=', value).executeTakeFirst();
}

/** What is known once the document is made. */
export type IssuedDocument = {
  readonly document_sha256: string;
  readonly document_size: number;
  readonly data_sha256: string;
};

/** Makes a reserved licence active. False when it is no longer reserved. */
export async function activateLicence(trx: Tables, id: string, document: IssuedDocument): Promise<boolean> {
  const { numUpdatedRows } = await trx
    .updateTable('licensing_licences')
    .set({ ...document, status: 'active' })
    .where('id', '=', id)
    .where('status', '=', 'reserved')
    .executeTakeFirst();
  return numUpdatedRows === 1n;
}

/** Changes the status of an issued licence. */
export async function setLicenceStatus(
  trx: Tables,
  caseId: string,
  status: { readonly status: 'active' | 'suspended' | 'revoked'; readonly since: Date; readonly reason?: string },
): Promise<void> {
  await trx
    .updateTable('licensing_licences')
    .set({ status: status.status, status_since: status.since, status_reason: status.reason ?? null })
    .where('case_id', '=', caseId)
    .where('status', '!=', 'reserved')
    .execute();
}

/** Which licences, and how many at once. */
export interface LicenceQuery {
  readonly limit: number;
  readonly after?: Cursor;
  readonly q?: string;
  readonly owner?: string;
  readonly services?: readonly string[];
}

/** Issued licences, newest first. */
export async function listLicences(tables: Tables, query: LicenceQuery): Promise<Page<LicenceRow>> {
  const { after, q, owner, services, limit } = query;
  if (services?.length === 0) return { items: [], next: null };
  let select = tables.selectFrom('licensing_licences').selectAll().where('status', '!=', 'reserved');
  if (owner !== undefined) select = select.where('owner', '=', owner);
  if (services) select = select.where('service_id', 'in', services);
  if (q) select = select.where('search', 'like', likePattern(q));
  if (after) select = select.where('id', '<', after.id);
  const rows = await select
    .orderBy('id', 'desc')
    .limit(limit + 1)
    .execute();
  const items = rows.slice(0, limit);
  const last = items.at(-1);
  return { items, next: rows.length > limit && last ? encodeCursor({ id: last.id }) : null };
}
