import type { CaseAttachment, CaseEvent, FormData } from '@tra/cases';
import { jsonb, type Kysely, sql } from '@tra/platform-storage';
import { chainHash, FIRST_HASH, type StoredEvent } from '../case-log.ts';
import { LicensingError } from '../errors.ts';
import type { CaseRow, LicensingTables } from './tables.ts';

/** The database or a transaction of it. */
export type Tables = Kysely<LicensingTables>;

/** A case with all that belongs to it. */
export interface CaseRecord {
  readonly row: CaseRow;
  readonly events: readonly StoredEvent[];
  /** Files in the form now. */
  readonly attachments: readonly CaseAttachment[];
}

/** What a new case begins with. */
export type NewCase = Pick<
  CaseRow,
  'id' | 'reference' | 'service_id' | 'service_version' | 'agency_id' | 'applicant' | 'data' | 'search'
>;

/** Stores a case with its first event. False when the reference is taken. */
export async function insertCase(trx: Tables, given: NewCase, event: CaseEvent, eventId: string): Promise<boolean> {
  const hash = chainHash(given.id, event, FIRST_HASH);
  const at = new Date(event.at);
  const inserted = await trx
    .insertInto('licensing_cases')
    .values({
      ...given,
      data: jsonb(given.data),
      state: event.to,
      seq: event.seq,
      hash,
      version: 1,
      created_at: at,
      updated_at: at,
      submitted_at: null,
      due_at: null,
    })
    .onConflict((conflict) => conflict.column('reference').doNothing())
    .returning('id')
    .executeTakeFirst();
  if (!inserted) return false;
  await insertEvent(trx, given.id, { id: eventId, event, previousHash: FIRST_HASH, hash });
  return true;
}

async function insertEvent(trx: Tables, caseId: string, stored: StoredEvent): Promise<void> {
  await trx
    .insertInto('licensing_case_events')
    .values({
      case_id: caseId,
      seq: stored.event.seq,
      id: stored.id,
      event: jsonb(stored.event),
      previous_hash: stored.previousHash,
      hash: stored.hash,
    })
    .execute();
}

/** The row of a case, locked until the transaction ends when `lock` is set; undefined when there is none. */
export async function findCaseRow(tables: Tables, id: string, lock = false): Promise<CaseRow | undefined> {
  const query = tables.selectFrom('licensing_cases').selectAll().where('id', '=', id);
  return (lock ? query.forUpdate() : query).executeTakeFirst();
}

/** A case with its log and files; undefined when there is none. */
export async function findCase(tables: Tables, id: string, lock = false): Promise<CaseRecord | undefined> {
  const row = await findCaseRow(tables, id, lock);
  if (!row) return undefined;
  const events = await tables
    .selectFrom('licensing_case_events')
    .selectAll()
    .where('case_id', '=', id)
    .where('seq', '<=', row.seq)
    .orderBy('seq')
    .execute();
  return { row, events: events.map(storedEvent), attachments: await listAttachments(tables, id) };
}

function storedEvent(row: LicensingTables['licensing_case_events']): StoredEvent {
  return { id: row.id, event: row.event, previousHash: row.previous_hash, hash: row.hash };
}

async function listAttachments(tables: Tables, caseId: string): Promise<CaseAttachment[]> {
  const rows = await tables
    .selectFrom('licensing_attachments')
    .selectAll()
    .where('case_id', '=', caseId)
    .where('removed_at', 'is', null)
    .orderBy('id')
    .execute();
  return rows.map((row) => ({
    id: row.id,
    field: row.field,
    name: row.name,
    mediaType: row.media_type,
    size: row.size,
    sha256: row.sha256,
  }));
}

/** What changes in the row of a case beside its version. */
export type CaseChange = Partial<Pick<CaseRow, 'data' | 'search' | 'updated_at'>>;

/** Changes the row of a case that stands at `version`. Throws `licensing.version_conflict` when it has moved on. */
export async function updateCase(trx: Tables, row: CaseRow, change: CaseChange): Promise<void> {
  const { data, ...rest } = change;
  await guard(
    trx
      .updateTable('licensing_cases')
      .set({ ...rest, ...(data ? { data: jsonb<FormData>(data) } : {}), version: row.version + 1 })
      .where('id', '=', row.id)
      .where('version', '=', row.version)
      .executeTakeFirst(),
  );
}

/** Adds an event to a case that stands at the version of `row`: event and row in one transaction, chained. Throws `licensing.version_conflict`. */
export async function appendEvent(
  trx: Tables,
  row: CaseRow,
  event: CaseEvent,
  options: { readonly eventId: string; readonly search?: string },
): Promise<void> {
  const hash = chainHash(row.id, event, row.hash);
  const at = new Date(event.at);
  await guard(
    trx
      .updateTable('licensing_cases')
      .set({
        state: event.to,
        seq: event.seq,
        hash,
        version: row.version + 1,
        updated_at: at,
        due_at: event.dueAt === undefined ? null : new Date(event.dueAt),
        ...(event.data === undefined ? {} : { submitted_at: at, data: jsonb<FormData>(event.data) }),
        ...(options.search === undefined ? {} : { search: options.search }),
      })
      .where('id', '=', row.id)
      .where('version', '=', row.version)
      .executeTakeFirst(),
  );
  await insertEvent(trx, row.id, { id: options.eventId, event, previousHash: row.hash, hash });
}

async function guard(update: Promise<{ readonly numUpdatedRows: bigint }>): Promise<void> {
  const { numUpdatedRows } = await update;
  if (numUpdatedRows !== 1n) throw new LicensingError('licensing.version_conflict');
}

/** How many cases of an account were never submitted and stand in one of `states`. */
export async function countDrafts(tables: Tables, applicant: string, states: readonly string[]): Promise<number> {
  const counted = await tables
    .selectFrom('licensing_cases')
    .select(sql<number>`count(*)`.as('count'))
    .where('applicant', '=', applicant)
    .where('submitted_at', 'is', null)
    .where('state', 'in', states)
    .executeTakeFirst();
  return Number(counted?.count ?? 0);
}

/** Keeps a file of a case. */
export async function insertAttachment(trx: Tables, caseId: string, file: CaseAttachment, at: Date): Promise<void> {
  await trx
    .insertInto('licensing_attachments')
    .values({
      id: file.id,
      case_id: caseId,
      field: file.field,
      name: file.name,
      media_type: file.mediaType,
      size: file.size,
      sha256: file.sha256,
      added_at: at,
      removed_at: null,
    })
    .execute();
}

/** Takes a file out of the form. */
export async function removeAttachment(trx: Tables, caseId: string, id: string, at: Date): Promise<void> {
  await trx
    .updateTable('licensing_attachments')
    .set({ removed_at: at })
    .where('case_id', '=', caseId)
    .where('id', '=', id)
    .execute();
}

/** Records that a receipt pays a case. False when it pays another one already. */
export async function claimReceipt(trx: Tables, receipt: LicensingTables['licensing_receipts']): Promise<boolean> {
  const inserted = await trx
    .insertInto('licensing_receipts')
    .values(receipt)
    .onConflict((conflict) => conflict.columns(['agency_id', 'receipt_number']).doNothing())
    .returning('case_id')
    .executeTakeFirst();
  return inserted !== undefined;
}
