import { existsSync, mkdirSync, readdirSync, renameSync, rmSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { PGlite } from '@electric-sql/pglite';
import { DurableFileSystem } from './durable-file-system.ts';
import { StorageError } from './errors.ts';
import { syncTree } from './sync-tree.ts';

/** How the embedded engine is started inside its worker thread. */
export interface EngineOptions {
  /** The data directory; without it everything lives in memory. */
  readonly directory?: string;
  /** A tar of a fresh cluster, to start an engine in memory without building one. */
  readonly template?: string;
}

const durableParams: string[] = [
  ...PGlite.defaultStartParams.filter((parameter) => parameter !== '-F'),
  '-c',
  'fsync=on',
  '-c',
  'wal_sync_method=fsync',
  '-c',
  'full_page_writes=on',
  '-c',
  'synchronous_commit=on',
];

/**
 * Commits once and looks whether the write-ahead log was flushed to the disk meanwhile. An engine whose commits stay in
 * memory must not be used: every acknowledged write would be a promise that a crash breaks.
 */
export async function proveDurable(engine: PGlite, files: { readonly syncs: number }): Promise<void> {
  const before = files.syncs;
  await engine.exec(`SELECT pg_logical_emit_message(true, 'tra.storage', 'durable')`);
  const settings = await engine.query<{ setting: string }>(`SELECT current_setting('fsync') AS setting`);
  if (files.syncs <= before || settings.rows[0]?.setting !== 'on') throw new StorageError('storage.not_durable');
}

// A cluster is built beside its place and moved there when it is complete and on the disk, so that a process killed in
// the middle of the first start leaves nothing behind that looks like a database.
async function buildCluster(directory: string, cluster: string): Promise<void> {
  const unfinished = join(directory, 'cluster.unfinished');
  rmSync(unfinished, { recursive: true, force: true });
  const fresh = await PGlite.create({ fs: new DurableFileSystem(unfinished), startParams: durableParams });
  await fresh.close();
  syncTree(unfinished);
  renameSync(unfinished, cluster);
  syncTree(directory, { depth: 0 });
}

async function openOnDisk(directory: string): Promise<PGlite> {
  const cluster = join(directory, 'cluster');
  if (!existsSync(cluster)) await buildCluster(directory, cluster);
  mkdirSync(cluster, { recursive: true });
  if (!readdirSync(cluster).includes('PG_VERSION')) {
    throw new StorageError('storage.directory_unusable', { params: { directory } });
  }
  const files = new DurableFileSystem(cluster);
  const engine = await PGlite.create({ fs: files, startParams: durableParams });
  await proveDurable(engine, files);
  return engine;
}

/** Starts the engine: on the disk with proven durability, or in memory for tests. */
export async function openEngine(options: EngineOptions): Promise<PGlite> {
  if (options.directory !== undefined) return await openOnDisk(options.directory);
  if (options.template === undefined) return await PGlite.create();
  return await PGlite.create({ loadDataDir: new Blob([await readFile(options.template)]) });
}
