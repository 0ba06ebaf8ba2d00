import { jsonb, sql } from '@tra/platform-storage';
import { PkiSystemError } from '../errors.ts';
import type { PkiTransaction, RequestEventRow, RequestKind, RequestRow, RequestState, Tables } from './tables.ts';

/** What a new request begins with. */
export type NewRequest = Pick<
  RequestRow,
  | 'id'
  | 'kind'
  | 'state'
  | 'applicant'
  | 'authority'
  | 'profile'
  | 'subject'
  | 'alternative_names'
  | 'material'
  | 'key_sha256'
  | 'evidence'
  | 'details'
  | 'target_serial'
  | 'search'
> &
  Partial<Pick<RequestRow, 'first_officer' | 'first_at'>>;

/** Who did what to a request. */
export interface RequestAction {
  readonly actor: string;
  readonly action: string;
  readonly at: Date;
  readonly note?: string | undefined;
}

function json<T>(value: T | null): T | null {
  return value === null ? null : (jsonb(value) as unknown as T);
}

/** Stores a request with its first event. False when another one about the same certificate is open. */
export async function insertRequest(trx: PkiTransaction, given: NewRequest, by: RequestAction): Promise<boolean> {
  const inserted = await trx
    .insertInto('pki_requests')
    .values({
      ...given,
      subject: json(given.subject),
      alternative_names: json(given.alternative_names),
      details: jsonb(given.details),
      proofing: null,
      first_officer: given.first_officer ?? null,
      first_at: given.first_at ?? null,
      second_officer: null,
      second_at: null,
      note: null,
      result_serial: null,
      version: 1,
      created_at: by.at,
      updated_at: by.at,
    })
    .onConflict((conflict) => conflict.doNothing())
    .returning('id')
    .executeTakeFirst();
  if (!inserted) return false;
  await insertEvent(trx, { request_id: given.id, seq: 1, state_from: null, state_to: given.state }, by);
  return true;
}

async function insertEvent(
  trx: PkiTransaction,
  row: Pick<RequestEventRow, 'request_id' | 'seq' | 'state_from' | 'state_to'>,
  { actor, action, at, note }: RequestAction,
): Promise<void> {
  await trx
    .insertInto('pki_request_events')
    .values({ ...row, at, actor, action, note: note ?? null })
    .execute();
}

/** One request. */
export async function findRequest(tables: Tables, id: string, lock: boolean = false): Promise<RequestRow | undefined> {
  const query = tables.selectFrom('pki_requests').selectAll().where('id', '=', id);
  return await (lock ? query.forUpdate() : query).executeTakeFirst();
}

/** What may change about a request. */
export type RequestChange = Partial<
  Pick<
    RequestRow,
    | 'state'
    | 'subject'
    | 'alternative_names'
    | 'material'
    | 'key_sha256'
    | 'evidence'
    | 'details'
    | 'proofing'
    | 'first_officer'
    | 'first_at'
    | 'second_officer'
    | 'second_at'
    | 'note'
    | 'result_serial'
    | 'search'
  >
>;

/** Changes a request that stands as `row` does and keeps the event. Throws `pki.request_changed` when it has moved on. */
export async function updateRequest(
  trx: PkiTransaction,
  row: RequestRow,
  change: RequestChange,
  by: RequestAction,
): Promise<void> {
  const { subject, alternative_names, details, proofing, ...rest } = change;
  const { numUpdatedRows } = await trx
    .updateTable('pki_requests')
    .set({
      ...rest,
      ...(subject === undefined ? {} : { subject: json(subject) }),
      ...(alternative_names === undefined ? {} : { alternative_names: json(alternative_names) }),
      ...(details === undefined ? {} : { details: jsonb(details) }),
      ...(proofing === undefined ? {} : { proofing: json(proofing) }),
      version: row.version + 1,
      updated_at: by.at,
    })
    .where('id', '=', row.id)
    .where('version', '=', row.version)
    .where('state', '=', row.state)
    .executeTakeFirst();
  if (numUpdatedRows !== 1n) throw new PkiSystemError('pki.request_changed');
  const states = { state_from: row.state, state_to: change.state ?? row.state };
  await insertEvent(trx, { request_id: row.id, seq: row.version + 1, ...states }, by);
}

/** What happened to a request, oldest first. */
export async function listRequestEvents(tables: Tables, id: string): Promise<readonly RequestEventRow[]> {
  return await tables
    .selectFrom('pki_request_events')
    .selectAll()
    .where('request_id', '=', id)
    .orderBy('seq')
    .execute();
}

/** Which requests, and how many at once. */
export interface RequestQuery {
  readonly limit: number;
  readonly after?: string;
  readonly q?: string;
  readonly kinds?: readonly RequestKind[];
  readonly states?: readonly RequestState[];
  readonly applicant?: string;
  /** Leaves out what this officer has decided on already, or asked for. */
  readonly officer?: string;
  readonly order: 'newest' | 'oldest';
}

/** One page of a list; `next` is the id after which the next page begins. */
export interface RequestPage {
  readonly items: readonly RequestRow[];
  readonly next: string | null;
}

/** Text in which a search looks: composed, lower case, one space between words. */
export function searchText(...parts: readonly (string | null | undefined)[]): string {
  return parts
    .filter((part) => part)
    .join(' ')
    .normalize('NFC')
    .toLowerCase()
    .replace(/\s+/g, ' ')
    .trim();
}

/** The LIKE pattern that finds `query` anywhere; its own wildcards are plain characters. */
export function likePattern(query: string): string {
  return `%${searchText(query).replace(/[\\%_]/g, (character) => `\\${character}`)}%`;
}

/** A page of requests, ordered by id (time of arrival), which never changes. */
export async function listRequests(tables: Tables, query: RequestQuery): Promise<RequestPage> {
  if (query.kinds?.length === 0 || query.states?.length === 0) return { items: [], next: null };
  const newest = query.order === 'newest';
  let select = tables.selectFrom('pki_requests').selectAll();
  if (query.applicant !== undefined) select = select.where('applicant', '=', query.applicant);
  if (query.kinds) select = select.where('kind', 'in', query.kinds);
  if (query.states) select = select.where('state', 'in', query.states);
  if (query.q) select = select.where('search', 'like', likePattern(query.q));
  if (query.officer !== undefined) {
    const { officer } = query;
    select = select.where(sql<boolean>`coalesce(first_officer, '') <> ${officer} AND applicant <> ${officer}`);
  }
  if (query.after !== undefined) select = select.where('id', newest ? '<' : '>', query.after);
  const rows = await select
    .orderBy('id', newest ? 'desc' : 'asc')
    .limit(query.limit + 1)
    .execute();
  const items = rows.slice(0, query.limit);
  return { items, next: rows.length > query.limit ? (items.at(-1)?.id ?? null) : null };
}
