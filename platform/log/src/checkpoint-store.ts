import { fromHex, toHex } from '@tra/kernel';
import { type Kysely, sql } from '@tra/platform-storage';

/** A checkpoint that was signed. */
export interface StoredCheckpoint {
  readonly size: number;
  readonly root: Uint8Array;
  /** The note with the signature of the log alone. */
  readonly note: string;
  readonly signedAt: Date;
}

/** A verified cosignature of a stored checkpoint. */
export interface StoredCosignature {
  readonly size: number;
  readonly witness: string;
  /** Id of the key, hexadecimal. */
  readonly keyId: string;
  /** The signature line with its newline. */
  readonly line: string;
  readonly at: Date;
}

type AnyTables = Kysely<unknown>;

const columns = sql`size, root, note, signed_at AS "signedAt"`;

/** Stores a checkpoint unless one of this size or a larger one is there: compare and set. */
export async function insertCheckpoint<T>(database: Kysely<T>, checkpoint: StoredCheckpoint): Promise<boolean> {
  const { size, root, note, signedAt } = checkpoint;
  const { rows } = await sql`
    INSERT INTO log_checkpoints (size, root, note, signed_at)
    SELECT ${size}::int8, ${root}::bytea, ${note}, ${signedAt}::timestamptz
    WHERE NOT EXISTS (SELECT FROM log_checkpoints WHERE size >= ${size}::int8)
    ON CONFLICT (size) DO NOTHING RETURNING size`.execute(database as unknown as AnyTables);
  return rows.length === 1;
}

/** The newest checkpoint. */
export async function readNewestCheckpoint<T>(database: Kysely<T>): Promise<StoredCheckpoint | undefined> {
  const { rows } = await sql<StoredCheckpoint>`
    SELECT ${columns} FROM log_checkpoints ORDER BY size DESC LIMIT 1`.execute(database as unknown as AnyTables);
  return rows[0];
}

/** The newest checkpoint that a witness has cosigned. */
export async function readNewestCosigned<T>(database: Kysely<T>): Promise<StoredCheckpoint | undefined> {
  const { rows } = await sql<StoredCheckpoint>`
    SELECT ${columns} FROM log_checkpoints WHERE size = (SELECT max(size) FROM log_cosignatures)`.execute(
    database as unknown as AnyTables,
  );
  return rows[0];
}

/** The checkpoint of exactly this size. */
export async function readCheckpoint<T>(database: Kysely<T>, size: number): Promise<StoredCheckpoint | undefined> {
  const { rows } = await sql<StoredCheckpoint>`
    SELECT ${columns} FROM log_checkpoints WHERE size = ${size}`.execute(database as unknown as AnyTables);
  return rows[0];
}

/** Keeps a cosignature; the newest of each key. */
export async function insertCosignature<T>(database: Kysely<T>, cosignature: StoredCosignature): Promise<void> {
  const { size, witness, keyId, line, at } = cosignature;
  await sql`
    INSERT INTO log_cosignatures (size, witness, key_id, line, cosigned_at)
    VALUES (${size}, ${witness}, ${fromHex(keyId)}, ${line}, ${at})
    ON CONFLICT (size, witness, key_id) DO UPDATE SET line = excluded.line, cosigned_at = excluded.cosigned_at
    WHERE log_cosignatures.cosigned_at < excluded.cosigned_at`.execute(database as unknown as AnyTables);
}

/** Cosignatures of the checkpoint of this size, by the name of the witness. */
export async function readCosignatures<T>(database: Kysely<T>, size: number): Promise<StoredCosignature[]> {
  const { rows } = await sql<Omit<StoredCosignature, 'keyId'> & { keyId: Uint8Array }>`
    SELECT size, witness, key_id AS "keyId", line, cosigned_at AS at FROM log_cosignatures
    WHERE size = ${size} ORDER BY witness, key_id`.execute(database as unknown as AnyTables);
  return rows.map((row) => ({ ...row, keyId: toHex(row.keyId) }));
}

/** The size that each witness has cosigned last. */
export async function readWitnessSizes<T>(database: Kysely<T>): Promise<{ witness: string; size: number; at: Date }[]> {
  const { rows } = await sql<{ witness: string; size: number; at: Date }>`
    SELECT DISTINCT ON (witness) witness, size, cosigned_at AS at FROM log_cosignatures
    ORDER BY witness, size DESC`.execute(database as unknown as AnyTables);
  return rows;
}
