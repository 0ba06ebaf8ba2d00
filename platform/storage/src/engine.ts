import { existsSync, mkdirSync, readdirSync, renameSync, rmSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { PGlite, type PGliteOptions } from '@electric-sql/pglite';
import { DurableFileSystem } from './durable-file-system.ts';
import type { EngineCode } from './engine-code.ts';
import { StorageError } from './errors.ts';
import { syncTree } from './sync-tree.ts';

/** How the embedded engine is started inside its worker thread. */
export interface EngineOptions {
  /** The data directory; without it everything lives in memory. */
  readonly directory?: string;
  /** A tar of a fresh cluster, to start an engine in memory without building one. */
  readonly template?: string;
}

// The engine zeroes its buffers at the start, so all of them take memory and time at once; the kernel's page cache stands behind them.
const startParams: string[] = [...PGlite.defaultStartParams, '-c', 'shared_buffers=32MB'];

const durableParams: string[] = [
  ...startParams.filter((parameter) => parameter !== '-F'),
  '-c',
  'fsync=on',
  '-c',
  'wal_sync_method=fsync',
  '-c',
  'full_page_writes=on',
  '-c',
  'synchronous_commit=on',
];

/** PGlite without the query for the array types of its own parser: the driver has one. */
class Engine extends PGlite {
  override async _initArrayTypes(): Promise<void> {}

  static async start(options: PGliteOptions): Promise<PGlite> {
    const engine = new Engine(options);
    await engine.waitReady;
    return engine;
  }
}

/**
 * Commits once and looks whether the write-ahead log was flushed to the disk meanwhile. An engine whose commits stay in
 * memory must not be used: every acknowledged write would be a promise that a crash breaks.
 */
export async function proveDurable(engine: PGlite, files: { readonly syncs: number }): Promise<void> {
  const before = files.syncs;
  await engine.exec(`SELECT pg_logical_emit_message(true, 'tra.storage', 'durable')`);
  const flushed = files.syncs > before;
  const [shown] = await engine.exec('SHOW fsync');
  if (!flushed || shown?.rows[0]?.fsync !== 'on') throw new StorageError('storage.not_durable');
}

type Code = Pick<PGliteOptions, 'pgliteWasmModule'>;

// A cluster is built beside its place and moved there when it is complete and on the disk, so that a process killed in
// the middle of the first start leaves nothing behind that looks like a database.
async function buildCluster(directory: string, cluster: string, code: Code): Promise<void> {
  const unfinished = join(directory, 'cluster.unfinished');
  rmSync(unfinished, { recursive: true, force: true });
  const fresh = await Engine.start({ ...code, fs: new DurableFileSystem(unfinished), startParams: durableParams });
  await fresh.close();
  syncTree(unfinished);
  renameSync(unfinished, cluster);
  syncTree(directory, { depth: 0 });
}

async function openOnDisk(directory: string, code: Code): Promise<PGlite> {
  const cluster = join(directory, 'cluster');
  if (!existsSync(cluster)) await buildCluster(directory, cluster, code);
  mkdirSync(cluster, { recursive: true });
  if (!readdirSync(cluster).includes('PG_VERSION')) {
    throw new StorageError('storage.directory_unusable', { params: { directory } });
  }
  const files = new DurableFileSystem(cluster);
  const engine = await Engine.start({ ...code, fs: files, startParams: durableParams });
  await proveDurable(engine, files);
  return engine;
}

/** Starts the engine: on the disk with proven durability, or in memory for tests. It compiles its own code unless that is given. */
export async function openEngine(options: EngineOptions, compiled?: EngineCode): Promise<PGlite> {
  const code: Code = compiled === undefined ? {} : { pgliteWasmModule: compiled };
  if (options.directory !== undefined) return await openOnDisk(options.directory, code);
  if (options.template === undefined) return await Engine.start({ ...code, startParams });
  const loadDataDir = new Blob([await readFile(options.template)]);
  return await Engine.start({ ...code, startParams, loadDataDir });
}
