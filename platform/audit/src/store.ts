import { fromHex, type Json, toHex } from '@tra/kernel';
import { jsonb, type Kysely, sql } from '@tra/platform-storage';
import { type AuditRecord, ZERO_HASH } from './record.ts';

interface RecordRow {
  readonly stream: string;
  readonly seq: number;
  readonly at: Date;
  readonly actor: string;
  readonly action: string;
  readonly object: string;
  readonly details: Json;
  readonly previous: Uint8Array;
  readonly hash: Uint8Array;
}

interface HeadRow {
  readonly stream: string;
  readonly seq: number;
  readonly hash: Uint8Array;
}

/** Tables of this package. */
export interface AuditTables {
  audit_records: RecordRow;
  audit_heads: HeadRow;
}

/** The end of a chain. */
export interface Head {
  readonly seq: number;
  readonly hash: string;
}

function toRecord(row: RecordRow): AuditRecord {
  const { previous, hash, ...rest } = row;
  return { ...rest, previousHash: toHex(previous), hash: toHex(hash) };
}

/** The end of `stream`, locked until the transaction ends, so that appends to one chain follow each other. */
export async function lockHead(trx: Kysely<AuditTables>, stream: string): Promise<Head> {
  const { rows } = await sql<HeadRow>`
    INSERT INTO audit_heads (stream, seq, hash) VALUES (${stream}, 0, ${fromHex(ZERO_HASH)})
    ON CONFLICT (stream) DO UPDATE SET seq = audit_heads.seq
    RETURNING stream, seq, hash`.execute(trx);
  const row = rows[0];
  return { seq: row?.seq ?? 0, hash: row ? toHex(row.hash) : ZERO_HASH };
}

/** Stores `record` and moves the head of its chain in one statement. */
export async function insertRecord(trx: Kysely<AuditTables>, record: AuditRecord): Promise<void> {
  const hash = fromHex(record.hash);
  await sql`
    WITH head AS (
      UPDATE audit_heads SET seq = ${record.seq}, hash = ${hash} WHERE stream = ${record.stream}
    )
    INSERT INTO audit_records (stream, seq, at, actor, action, object, details, previous, hash)
    VALUES (${record.stream}, ${record.seq}, ${record.at}, ${record.actor}, ${record.action}, ${record.object},
      ${jsonb(record.details)}, ${fromHex(record.previousHash)}, ${hash})`.execute(trx);
}

/** The end of `stream`, not locked; undefined when nothing was ever appended. */
export async function readHead(database: Kysely<AuditTables>, stream: string): Promise<Head | undefined> {
  const row = await database.selectFrom('audit_heads').selectAll().where('stream', '=', stream).executeTakeFirst();
  return row && { seq: row.seq, hash: toHex(row.hash) };
}

/** Up to `limit` records of `stream` after place `after`, in order. */
export async function readRecords(
  database: Kysely<AuditTables>,
  stream: string,
  range: { readonly after: number; readonly limit: number },
): Promise<AuditRecord[]> {
  const rows = await database
    .selectFrom('audit_records')
    .selectAll()
    .where('stream', '=', stream)
    .where('seq', '>', range.after)
    .orderBy('seq')
    .limit(range.limit)
    .execute();
  return rows.map(toRecord);
}
