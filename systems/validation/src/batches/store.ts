import type { Json, Verdict } from '@tra/kernel';
import { jsonb, type Kysely, sql } from '@tra/platform-storage';
import { type FactsRow, type PackedFacts, saveFacts } from '../reports/kept-facts.ts';

/** Where a batch stands. */
export type BatchState = 'receiving' | 'waiting' | 'running' | 'done' | 'cancelled';

/** validation_batches */
export interface BatchRow {
  readonly id: string;
  readonly asker: string;
  readonly state: BatchState;
  readonly keep: boolean;
  readonly terms: Json;
  readonly total: number;
  readonly document_key: Uint8Array | null;
  readonly created_at: Date;
  readonly finished_at: Date | null;
  readonly expires_at: Date;
  readonly leased_by: string | null;
  readonly leased_until: Date | null;
}

/** validation_items */
export interface ItemRow {
  readonly batch: string;
  readonly position: number;
  readonly name: string | null;
  readonly segment: number | null;
  readonly at_byte: number | null;
  readonly bytes: number | null;
  readonly attempts: number;
  readonly verdict: Verdict | null;
  readonly problem: string | null;
  readonly result: Json | null;
}

/** validation_segments */
export interface SegmentRow {
  readonly batch: string;
  readonly segment: number;
  readonly blob: string;
  readonly created_at: Date;
}

/** validation_evidence */
export interface EvidenceRow {
  readonly key: string;
  readonly url: string;
  readonly answer: Uint8Array;
  readonly fetched_at: Date;
  readonly fresh_until: Date;
}

/** The tables of this system. */
export interface ValidationTables {
  readonly validation_facts: FactsRow;
  readonly validation_batches: BatchRow;
  readonly validation_items: ItemRow;
  readonly validation_segments: SegmentRow;
  readonly validation_evidence: EvidenceRow;
}

/** The database or a transaction of it. */
export type Tables = Kysely<ValidationTables>;

/** A batch that begins. */
export type NewBatch = Pick<
  BatchRow,
  'id' | 'asker' | 'state' | 'keep' | 'terms' | 'total' | 'document_key' | 'created_at' | 'expires_at' | 'finished_at'
>;

/** Inserts a batch. */
export async function insertBatch(tables: Tables, batch: NewBatch): Promise<void> {
  const row = { ...batch, terms: jsonb(batch.terms), leased_by: null, leased_until: null };
  await tables.insertInto('validation_batches').values(row).execute();
}

/** The batch with this id. */
export async function findBatch(tables: Tables, id: string): Promise<BatchRow | undefined> {
  return await tables.selectFrom('validation_batches').selectAll().where('id', '=', id).executeTakeFirst();
}

/** How many documents of a batch have which verdict, and how many could not be judged. */
export interface BatchCounts {
  readonly passed: number;
  readonly failed: number;
  readonly indeterminate: number;
  readonly problems: number;
}

/** Counts what is done. */
export async function countItems(tables: Tables, id: string): Promise<BatchCounts> {
  const { rows } = await sql<BatchCounts>`
    SELECT count(*) FILTER (WHERE verdict = 'passed')::int AS passed,
      count(*) FILTER (WHERE verdict = 'failed')::int AS failed,
      count(*) FILTER (WHERE verdict = 'indeterminate')::int AS indeterminate,
      count(*) FILTER (WHERE problem IS NOT NULL)::int AS problems
    FROM validation_items WHERE batch = ${id}`.execute(tables);
  return rows[0] ?? { passed: 0, failed: 0, indeterminate: 0, problems: 0 };
}

/** Batches of one asker that are not finished, and documents that the asker sent since. */
export async function countAsked(
  tables: Tables,
  asker: string,
  since: Date,
): Promise<{ readonly open: number; readonly documents: number }> {
  const { rows } = await sql<{ open: number; documents: number }>`
    SELECT count(*) FILTER (WHERE state IN ('receiving', 'waiting', 'running'))::int AS open,
      coalesce(sum(total), 0)::int AS documents
    FROM validation_batches WHERE asker = ${asker} AND created_at > ${since}`.execute(tables);
  return rows[0] ?? { open: 0, documents: 0 };
}

/** Takes or keeps the right to work on a batch; false while another process has it or the batch is over. */
export async function leaseBatch(
  tables: Tables,
  id: string,
  { worker, now, until }: { readonly worker: string; readonly now: Date; readonly until: Date },
): Promise<boolean> {
  const { rows } = await sql`
    UPDATE validation_batches SET state = 'running', leased_by = ${worker}, leased_until = ${until}
    WHERE id = ${id} AND state IN ('waiting', 'running')
      AND (leased_by IS NULL OR leased_by = ${worker} OR leased_until < ${now})
    RETURNING id`.execute(tables);
  return rows.length > 0;
}

/** Sets the state of a batch that is in one of `from`; whether it was. */
export async function moveBatch(
  tables: Tables,
  id: string,
  change: { readonly from: readonly BatchState[]; readonly to: BatchState; readonly now: Date; readonly expires: Date },
): Promise<boolean> {
  const ended = change.to === 'done' || change.to === 'cancelled';
  const { rows } = await sql`
    UPDATE validation_batches SET state = ${change.to}, expires_at = ${change.expires},
      finished_at = ${ended ? change.now : null}, document_key = ${ended ? null : sql`document_key`},
      leased_by = NULL, leased_until = NULL
    WHERE id = ${id} AND state = ANY(${[...change.from]}) RETURNING id`.execute(tables);
  return rows.length > 0;
}

/** An item to be added. */
export type NewItem = Omit<ItemRow, 'attempts'>;

/** Inserts items, a few hundred at a time. */
export async function insertItems(tables: Tables, items: readonly NewItem[]): Promise<void> {
  for (let at = 0; at < items.length; at += 500) {
    const rows = items.slice(at, at + 500).map((item) => ({
      ...item,
      attempts: 0,
      result: item.result === null ? null : jsonb(item.result),
    }));
    await tables.insertInto('validation_items').values(rows).execute();
  }
}

/** The next documents to judge, of one segment, counted as tried; one alone when it was tried before: it may be what killed the process. */
export async function takeItems(tables: Tables, id: string, limit: number): Promise<readonly ItemRow[]> {
  const { rows } = await sql<ItemRow>`
    WITH first AS (
      SELECT segment, attempts FROM validation_items WHERE batch = ${id} AND verdict IS NULL
      ORDER BY segment, position LIMIT 1
    ), chosen AS (
      SELECT i.position FROM validation_items i, first f
      WHERE i.batch = ${id} AND i.verdict IS NULL AND i.segment = f.segment
      ORDER BY i.position LIMIT (SELECT CASE WHEN attempts > 0 THEN 1 ELSE ${limit}::int END FROM first)
    )
    UPDATE validation_items SET attempts = attempts + 1
    WHERE batch = ${id} AND position IN (SELECT position FROM chosen) RETURNING *`.execute(tables);
  return [...rows].sort((left, right) => left.position - right.position);
}

/** What became of one document. */
export interface ItemResult {
  readonly position: number;
  readonly verdict: Verdict;
  readonly problem: string | null;
  readonly result: Json;
  /** The data behind it. */
  readonly facts?: PackedFacts;
}

/** Writes results. */
export async function saveResults(tables: Tables, id: string, results: readonly ItemResult[]): Promise<void> {
  await saveFacts(
    tables,
    id,
    results.flatMap(({ facts }) => facts ?? []),
  );
  for (const { position, verdict, problem, result } of results) {
    await tables
      .updateTable('validation_items')
      .set({ verdict, problem, result: jsonb(result) })
      .where('batch', '=', id)
      .where('position', '=', position)
      .execute();
  }
}

/** Which results to read. */
export interface ResultQuery {
  readonly after: number;
  readonly limit: number;
  readonly verdict?: Verdict;
}

/** Finished documents in their order. */
export async function readResults(tables: Tables, id: string, query: ResultQuery): Promise<readonly ItemRow[]> {
  let rows = tables
    .selectFrom('validation_items')
    .selectAll()
    .where('batch', '=', id)
    .where('position', '>', query.after)
    .where('verdict', 'is not', null);
  if (query.verdict) rows = rows.where('verdict', '=', query.verdict);
  return await rows.orderBy('position').limit(query.limit).execute();
}

/** States where the file of a segment will be; before it is there. */
export async function insertSegment(tables: Tables, segment: SegmentRow): Promise<void> {
  await tables.insertInto('validation_segments').values(segment).execute();
}

/** Files of a batch. */
export async function listSegments(tables: Tables, id: string): Promise<readonly SegmentRow[]> {
  return await tables
    .selectFrom('validation_segments')
    .selectAll()
    .where('batch', '=', id)
    .orderBy('segment')
    .execute();
}

/** Forgets a file that is gone. */
export async function deleteSegment(tables: Tables, { batch, segment }: SegmentRow): Promise<void> {
  await tables.deleteFrom('validation_segments').where('batch', '=', batch).where('segment', '=', segment).execute();
}

/** Removes a batch with everything that it found. */
export async function deleteBatch(tables: Tables, id: string): Promise<void> {
  await tables.deleteFrom('validation_batches').where('id', '=', id).execute();
}

/** Batches whose time is over. */
export async function listExpired(tables: Tables, now: Date): Promise<readonly string[]> {
  const rows = await tables
    .selectFrom('validation_batches')
    .select('id')
    .where('expires_at', '<=', now)
    .orderBy('expires_at')
    .limit(500)
    .execute();
  return rows.map(({ id }) => id);
}

/** Batches that are to be worked on. */
export async function listOpen(tables: Tables): Promise<readonly string[]> {
  const rows = await tables
    .selectFrom('validation_batches')
    .select('id')
    .where('state', 'in', ['waiting', 'running'])
    .execute();
  return rows.map(({ id }) => id);
}
