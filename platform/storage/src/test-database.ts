import { randomUUID } from 'node:crypto';
import { existsSync, renameSync, statSync } from 'node:fs';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import type { Database } from './database.ts';
import { beginEmbeddedDatabase, type EngineSource } from './embedded-database.ts';
import { type Engine, startEngine } from './engine-host.ts';
import type { MigrationSet } from './migrate.ts';
import { whenOpen } from './open.ts';
import { beginServerDatabase } from './server-database.ts';

const QUERY_TIMEOUT_MS = 30_000;

/** The server that tests may use, if any. */
export const testServerUrl: string | undefined = process.env.TRA_TEST_DATABASE_URL || undefined;

// Building a fresh cluster takes seconds, copying one a fraction of a second: the first test on a machine keeps its own.
async function templateFile(): Promise<string> {
  const { uid } = userInfo();
  const path = join(tmpdir(), `tra-storage-template-0.5.14-${uid}.tar`);
  if (existsSync(path) && (uid < 0 || statSync(path).uid === uid)) return path;
  const unfinished = `${path}.${randomUUID()}`;
  const fresh = await startEngine({});
  try {
    await fresh.dump(unfinished);
  } finally {
    await fresh.close();
  }
  renameSync(unfinished, path);
  return path;
}

// Even a copy takes longer than most tests, so an engine that a test gave back is emptied and used by the next one.
const parked: Engine[] = [];

const testEngines: EngineSource = {
  start: async () => {
    const engine = parked.pop() ?? (await startEngine({ template: await templateFile() }));
    engine.setIdle(false);
    return engine;
  },
  end: async (engine) => {
    try {
      await engine.wipe();
      engine.setIdle(true);
      parked.push(engine);
    } catch {
      await engine.kill();
    }
  },
};

async function openOnServer(url: string): Promise<Database> {
  const name = `tra_test_${randomUUID().replaceAll('-', '')}`;
  const run = async (statement: string): Promise<void> => {
    const client = new pg.Client({ connectionString: url });
    await client.connect();
    await client.query(statement).finally(() => client.end());
  };
  await run(`CREATE DATABASE ${name}`);
  const own = new URL(url);
  own.pathname = `/${name}`;
  const database = await whenOpen(
    beginServerDatabase({ url: own.href, poolSize: 10, queryTimeoutMs: QUERY_TIMEOUT_MS }),
  );
  const close = database.close.bind(database);
  let closing: Promise<void> | undefined;
  database.close = () => {
    closing ??= close().then(() => run(`DROP DATABASE IF EXISTS ${name} WITH (FORCE)`));
    return closing;
  };
  return database;
}

/** What a test wants of its database. */
export interface TestDatabaseOptions {
  readonly migrations?: readonly MigrationSet[];
  /** `server` needs TRA_TEST_DATABASE_URL; without a choice the server is used when there is one. */
  readonly dialect?: Database['dialect'];
}

/**
 * A new, empty, migrated database for one test: in memory, or a database of its own on the server named by
 * TRA_TEST_DATABASE_URL. Close it at the end of the test.
 *
 * @example
 * const database = await openTestDatabase({ migrations: [audit.migrations] });
 */
export async function openTestDatabase(options: TestDatabaseOptions = {}): Promise<Database> {
  const dialect = options.dialect ?? (testServerUrl === undefined ? 'embedded' : 'server');
  if (dialect === 'server' && testServerUrl === undefined) throw new TypeError('TRA_TEST_DATABASE_URL is not set');
  const database =
    dialect === 'server' && testServerUrl !== undefined
      ? await openOnServer(testServerUrl)
      : await whenOpen(await beginEmbeddedDatabase({ source: testEngines, queryTimeoutMs: QUERY_TIMEOUT_MS }));
  if (options.migrations) await database.migrate(options.migrations);
  return database;
}
