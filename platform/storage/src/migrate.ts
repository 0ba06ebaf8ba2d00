import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import type { PoolClient } from 'pg';
import { StorageError } from './errors.ts';

/** A folder of SQL files that belong to one package. */
export interface MigrationSet {
  /** Name of the package, such as `licensing`; part of the recorded name. */
  readonly owner: string;
  /** Folder with files named `YYYYMMDDhhmmss-what-it-does.sql`, applied in the order of their names. */
  readonly directory: URL;
}

interface Migration {
  readonly name: string;
  readonly file: string;
  readonly sql: string;
  readonly sha256: string;
}

// A key of our own for pg_advisory_lock: only one process migrates at a time.
const LOCK_KEY = 7_427_001;
const FILE_NAME = /^\d{14}-[a-z0-9]+(?:-[a-z0-9]+)*\.sql$/;

// Strings, quoted bodies of functions and comments may say anything; outside of them a file must not end its transaction.
const QUOTED = /--[^\n]*|\/\*[\s\S]*?\*\/|'(?:[^']|'')*'|(\$[a-z_]*\$)[\s\S]*?\1/gi;
const CONTROL = /(?:^|;)\s*(?:begin|start|commit|end|rollback|abort|prepare\s+transaction)\b/i;

async function readSet(set: MigrationSet): Promise<Migration[]> {
  const directory = fileURLToPath(set.directory);
  const files = (await readdir(directory)).filter((file) => file.endsWith('.sql')).sort();
  const migrations: Migration[] = [];
  for (const file of files) {
    const name = `${set.owner}/${file}`;
    if (!FILE_NAME.test(file)) throw new StorageError('storage.migration_invalid', { params: { name } });
    const sql = await readFile(new URL(file, `${set.directory.href.replace(/\/?$/, '/')}`), 'utf8');
    migrations.push({ name, file, sql, sha256: createHash('sha256').update(sql).digest('hex') });
  }
  return migrations;
}

async function readAll(sets: readonly MigrationSet[]): Promise<Migration[]> {
  const all = (await Promise.all(sets.map(readSet))).flat();
  const seen = new Set<string>();
  for (const { name } of all) {
    if (seen.has(name)) throw new StorageError('storage.migration_invalid', { params: { name } });
    seen.add(name);
  }
  // Sets keep the order in which they are given: a package comes after those whose tables it refers to.
  return all;
}

async function apply(client: PoolClient, migration: Migration): Promise<void> {
  await client.query('BEGIN');
  try {
    await client.query(migration.sql);
    await client.query('INSERT INTO storage_migrations (name, sha256) VALUES ($1, $2)', [
      migration.name,
      migration.sha256,
    ]);
    await client.query('COMMIT');
  } catch (error) {
    await client.query('ROLLBACK');
    const reason = error instanceof Error ? error.message : String(error);
    throw new StorageError('storage.migration_failed', { params: { name: migration.name, reason }, cause: error });
  }
}

type Applied = ReadonlyMap<string, string>;

async function readApplied(client: PoolClient): Promise<Applied> {
  const { rows } = await client.query<{ name: string; sha256: string }>('SELECT name, sha256 FROM storage_migrations');
  return new Map(rows.map(({ name, sha256 }) => [name, sha256]));
}

// SQLSTATE undefined_table: nothing was ever migrated.
async function readAppliedIfAny(client: PoolClient): Promise<Applied> {
  return await readApplied(client).catch((error: unknown) => {
    if ((error as { code?: unknown } | null)?.code === '42P01') return new Map<string, string>();
    throw error;
  });
}

/** What of `migrations` was not applied. Throws `storage.migration_changed`, `storage.migration_invalid`. */
function missingOf(migrations: readonly Migration[], applied: Applied): readonly Migration[] {
  const changed = migrations.find(({ name, sha256 }) => applied.has(name) && applied.get(name) !== sha256);
  if (changed) throw new StorageError('storage.migration_changed', { params: { name: changed.name } });
  const missing = migrations.filter(({ name }) => !applied.has(name));
  const invalid = missing.find(({ sql }) => CONTROL.test(sql.replace(QUOTED, ' ')));
  if (invalid) throw new StorageError('storage.migration_invalid', { params: { name: invalid.name } });
  return missing;
}

async function applyMissing(client: PoolClient, migrations: readonly Migration[]): Promise<string[]> {
  await client.query(
    `CREATE TABLE IF NOT EXISTS storage_migrations (
       name text PRIMARY KEY, sha256 text NOT NULL, applied_at timestamptz NOT NULL DEFAULT now())`,
  );
  const missing = missingOf(migrations, await readApplied(client));
  for (const migration of missing) await apply(client, migration);
  return missing.map(({ name }) => name);
}

/**
 * Applies what is missing of `sets`, each file in one transaction, and records its digest. Forward only. Throws
 * `storage.migration_changed` before anything is applied when a file that was applied earlier has other bytes now. One query when nothing
 * is missing, as at nearly every start.
 */
export async function runMigrations(client: PoolClient, sets: readonly MigrationSet[]): Promise<readonly string[]> {
  const [migrations, applied] = await Promise.all([readAll(sets), readAppliedIfAny(client)]);
  if (missingOf(migrations, applied).length === 0) return [];
  await client.query(`SET statement_timeout = 0`);
  await client.query('SELECT pg_advisory_lock($1)', [LOCK_KEY]);
  try {
    return await applyMissing(client, migrations);
  } finally {
    await client.query('SELECT pg_advisory_unlock($1)', [LOCK_KEY]);
    await client.query('RESET statement_timeout');
  }
}
