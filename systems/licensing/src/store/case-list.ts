import { sql } from '@tra/platform-storage';
import type { Tables } from './case-store.ts';
import { type Cursor, encodeCursor } from './cursor.ts';
import { likePattern } from './search.ts';
import type { CaseRow } from './tables.ts';

/** One page of a list. */
export interface Page<T> {
  readonly items: readonly T[];
  readonly next: string | null;
}

/** Which cases, and how many at once. */
export interface CaseQuery {
  readonly limit: number;
  readonly after?: Cursor;
  readonly q?: string;
  readonly states?: readonly string[];
}

const due = sql<Date | number>`coalesce(due_at, 'infinity'::timestamptz)`;

function page<T extends { readonly id: string }>(
  rows: readonly T[],
  limit: number,
  cursor: (row: T) => Cursor,
): Page<T> {
  const items = rows.slice(0, limit);
  const last = items.at(-1);
  return { items, next: rows.length > limit && last ? encodeCursor(cursor(last)) : null };
}

/** The cases of one account, newest first. Stable under writes: ordered by id, which never changes. */
export async function listOwnCases(tables: Tables, applicant: string, query: CaseQuery): Promise<Page<CaseRow>> {
  const { after, q, states } = query;
  let select = tables.selectFrom('licensing_cases').selectAll().where('applicant', '=', applicant);
  if (after) select = select.where('id', '<', after.id);
  if (states) select = select.where('state', 'in', states);
  if (q) select = select.where('search', 'like', likePattern(q));
  const rows = await select
    .orderBy('id', 'desc')
    .limit(query.limit + 1)
    .execute();
  return page(rows, query.limit, ({ id }) => ({ id }));
}

/** Submitted cases of some agencies in some states, what is due first in front; a case that moves on leaves the list. */
export async function listQueue(
  tables: Tables,
  query: CaseQuery & { readonly services: readonly string[] },
): Promise<Page<CaseRow>> {
  const { after, q, states, services } = query;
  if (services.length === 0 || states?.length === 0) return { items: [], next: null };
  let select = tables
    .selectFrom('licensing_cases')
    .selectAll()
    .where('service_id', 'in', services)
    .where('submitted_at', 'is not', null);
  if (states) select = select.where('state', 'in', states);
  if (q) select = select.where('search', 'like', likePattern(q));
  if (after) select = select.where(sql<boolean>`(${due}, id) > (${after.due}::timestamptz, ${after.id}::uuid)`);
  const rows = await select
    .orderBy(due)
    .orderBy('id')
    .limit(query.limit + 1)
    .execute();
  return page(rows, query.limit, ({ id, due_at }) => ({ id, due: due_at?.toISOString() ?? 'infinity' }));
}
