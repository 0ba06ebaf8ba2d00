import { fromHex, toHex } from '@tra/kernel';
import { type Kysely, sql } from '@tra/platform-storage';
import type { LogEntry } from './entry.ts';
import type { Subtree, Tile } from './ports.ts';

interface OutboxRow {
  readonly type: string;
  readonly data: Uint8Array;
  readonly at: Date;
}

/** A row of the log. */
export interface EntryRow {
  readonly index: number;
  readonly type: string;
  readonly at: Date;
  readonly data_sha256: Uint8Array;
  readonly leaf_hash: Uint8Array;
  readonly entry: Uint8Array;
}

/** Tables of this package. */
export interface LogTables {
  log_outbox: OutboxRow;
  log_entries: EntryRow;
  log_subtrees: { level: number; n: number; hash: Uint8Array };
  log_trees: { id: number; origin: string; key_label: string; size: number; root: Uint8Array; edge: Uint8Array };
}

/** A database or a transaction in it. */
export type Tables = Kysely<LogTables>;

/** The tree as it stands. */
export interface Tree {
  readonly origin: string;
  readonly keyLabel: string;
  readonly size: number;
  readonly root: Uint8Array;
  readonly edge: Uint8Array;
}

/** What waits for a place. */
export interface Waiting extends LogEntry {
  readonly at: Date;
}

const BATCH_BYTES = 8_000_000;

/** Writes entries into the outbox. */
export async function insertOutbox(trx: Tables, entries: readonly LogEntry[], at: Date): Promise<void> {
  if (entries.length === 0) return;
  await trx
    .insertInto('log_outbox')
    .values(entries.map(({ type, data }) => ({ type, data, at })))
    .execute();
}

/**
 * Removes up to `limit` waiting entries, oldest first, at most 8 MB of data. Only what has been committed is seen: an older one that
 * commits later is taken the next time.
 */
export async function takeOutbox(trx: Tables, limit: number): Promise<Waiting[]> {
  const { rows } = await sql<Waiting & { id: number }>`
    DELETE FROM log_outbox WHERE id IN (
      SELECT id FROM (
        SELECT id, sum(octet_length(data)) OVER (ORDER BY id) AS total
        FROM (SELECT id, data FROM log_outbox ORDER BY id LIMIT ${limit}) AS oldest
      ) AS measured WHERE total <= ${BATCH_BYTES}
    ) RETURNING id, type, data, at`.execute(trx);
  return rows.sort((left, right) => left.id - right.id);
}

/** The log in figures. */
export interface Figures {
  /** Absent, as the size, before there is a tree. */
  readonly origin: string | null;
  readonly size: number | null;
  /** Entries under the newest checkpoint; null when nothing was signed. */
  readonly published: number | null;
  readonly waiting: number;
  readonly oldest: Date | null;
}

/** How large the log is, how much of it is signed, and what waits for a place. */
export async function readFigures(database: Tables): Promise<Figures> {
  const { rows } = await sql<Figures>`
    SELECT tree.origin, tree.size, (SELECT max(size) FROM log_checkpoints) AS published, outbox.waiting, outbox.oldest
    FROM (SELECT count(*) AS waiting, min(at) AS oldest FROM log_outbox) AS outbox
    LEFT JOIN log_trees AS tree ON true`.execute(database);
  return rows[0] ?? { origin: null, size: null, published: null, waiting: 0, oldest: null };
}

/** Whether nothing waits and all that has a place is signed: one query, asked every second of an idle process. */
export async function isComplete(database: Tables): Promise<boolean> {
  const { rows } = await sql`
    SELECT FROM log_trees WHERE NOT EXISTS (SELECT FROM log_outbox)
      AND EXISTS (SELECT FROM log_checkpoints WHERE log_checkpoints.size >= log_trees.size)`.execute(database);
  return rows.length > 0;
}

/** Whether any entry waits. */
export async function anyWaiting(database: Tables): Promise<boolean> {
  const { rows } = await sql`SELECT FROM log_outbox LIMIT 1`.execute(database);
  return rows.length > 0;
}

function toTree(row: LogTables['log_trees'] | undefined): Tree | undefined {
  return row && { origin: row.origin, keyLabel: row.key_label, size: row.size, root: row.root, edge: row.edge };
}

/** The tree, not locked. */
export async function readTree(database: Tables): Promise<Tree | undefined> {
  return toTree(await database.selectFrom('log_trees').selectAll().executeTakeFirst());
}

/** The tree, locked until the transaction ends; undefined when another process holds it. */
export async function lockTree(trx: Tables): Promise<Tree | undefined> {
  return toTree(await trx.selectFrom('log_trees').selectAll().forUpdate().skipLocked().executeTakeFirst());
}

/** Makes the tree unless there is one. */
export async function insertTree(database: Tables, tree: Tree): Promise<void> {
  await sql`
    INSERT INTO log_trees (id, origin, key_label, size, root, edge)
    VALUES (1, ${tree.origin}, ${tree.keyLabel}, ${tree.size}, ${tree.root}, ${tree.edge})
    ON CONFLICT (id) DO NOTHING`.execute(database);
}

/** Adds entries and subtrees and moves the tree to its new size. */
export async function extendTree(
  trx: Tables,
  tree: Pick<Tree, 'size' | 'root' | 'edge'>,
  added: { readonly entries: readonly EntryRow[]; readonly subtrees: readonly Subtree[] },
): Promise<void> {
  await trx
    .insertInto('log_entries')
    .values([...added.entries])
    .execute();
  if (added.subtrees.length > 0) {
    const rows = added.subtrees.map(({ level, index, hash }) => ({ level, n: index, hash }));
    await trx.insertInto('log_subtrees').values(rows).execute();
  }
  await trx.updateTable('log_trees').set(tree).where('id', '=', 1).execute();
}

/** The parts of a tile in order, fewer than its width when the tree has no more. */
export async function readTileParts(database: Tables, { level, index, width }: Tile): Promise<Uint8Array[]> {
  const first = index * 256;
  const end = first + width;
  if (level === 'entries' || level === 0) {
    const column = sql.ref(level === 0 ? 'leaf_hash' : 'entry');
    const { rows } = await sql<{ part: Uint8Array }>`
      SELECT ${column} AS part FROM log_entries WHERE index >= ${first} AND index < ${end} ORDER BY index`.execute(
      database,
    );
    return rows.map(({ part }) => part);
  }
  const { rows } = await sql<{ part: Uint8Array }>`
    SELECT hash AS part FROM log_subtrees WHERE level = ${level} AND n >= ${first} AND n < ${end} ORDER BY n`.execute(
    database,
  );
  return rows.map(({ part }) => part);
}

/** Which entries to list. */
export interface EntryFilter {
  /** Hexadecimal SHA-256 of the data. */
  readonly sha256?: string;
  readonly type?: string;
  /** Only entries below this place. */
  readonly before: number;
  readonly limit: number;
  readonly order: 'asc' | 'desc';
}

/** Entries without their bytes. */
export async function readEntries(
  database: Tables,
  filter: EntryFilter,
): Promise<{ index: number; type: string; at: Date; sha256: string }[]> {
  let query = database
    .selectFrom('log_entries')
    .select(['index', 'type', 'at', 'data_sha256'])
    .where('index', '<', filter.before);
  if (filter.sha256 !== undefined) query = query.where('data_sha256', '=', fromHex(filter.sha256));
  if (filter.type !== undefined) query = query.where('type', '=', filter.type);
  const rows = await query.orderBy('index', filter.order).limit(filter.limit).execute();
  return rows.map(({ index, type, at, data_sha256 }) => ({ index, type, at, sha256: toHex(data_sha256) }));
}

/** The bytes of the entry at `index`. */
export async function readEntryBytes(database: Tables, index: number): Promise<Uint8Array | undefined> {
  const row = await database.selectFrom('log_entries').select('entry').where('index', '=', index).executeTakeFirst();
  return row?.entry;
}
