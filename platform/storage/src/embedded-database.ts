import pg from 'pg';
import type { ChannelHandlers } from './channels.ts';
import type { Database } from './database.ts';
import { type DirectoryLock, lockDirectory } from './directory-lock.ts';
import { type Engine, startEngine } from './engine-host.ts';
import { StorageError } from './errors.ts';
import type { StorageLogger } from './logger.ts';
import { type ChannelSource, PooledDatabase } from './pooled-database.ts';
import { driverTypes } from './types.ts';
import { WireStream } from './wire-stream.ts';

/** How the embedded engine is opened. */
export interface EmbeddedOptions {
  /** Without a directory everything lives in memory and ends with the process. */
  readonly directory?: string | undefined;
  /** A tar of a fresh cluster for an engine in memory. */
  readonly template?: string | undefined;
  readonly queryTimeoutMs: number;
  readonly logger?: StorageLogger | undefined;
}

// Keeps one engine running for one directory. An engine that was lost (a crash, or a statement that ran over its time) is
// started again from the disk, as after a crash of the machine; one in memory cannot come back.
class EngineKeeper {
  readonly #options: EmbeddedOptions;
  #engine: Engine | undefined;
  #closed = false;

  constructor(options: EmbeddedOptions) {
    this.#options = options;
  }

  async acquire(): Promise<Engine> {
    if (this.#closed) throw new StorageError('storage.closed');
    if (this.#engine?.running) {
      await this.#engine.reset();
      return this.#engine;
    }
    const { directory, template, logger } = this.#options;
    if (this.#engine && directory === undefined) throw new StorageError('storage.engine_stopped');
    if (this.#engine) logger?.warn({ directory }, 'embedded database is started again');
    this.#engine = await startEngine({
      ...(directory === undefined ? {} : { directory }),
      ...(template === undefined ? {} : { template }),
    });
    return this.#engine;
  }

  async discard(): Promise<void> {
    if (this.#options.directory !== undefined) await this.#engine?.kill();
  }

  async dump(path: string): Promise<void> {
    await this.#engine?.dump(path);
  }

  async close(): Promise<void> {
    this.#closed = true;
    if (this.#engine?.running) await this.#engine.close();
  }
}

// The engine has one connection, so the one that queries also listens.
class EmbeddedChannels implements ChannelSource {
  readonly #pool: pg.Pool;

  constructor(pool: pg.Pool, handlers: ChannelHandlers) {
    this.#pool = pool;
    pool.on('connect', (client) => {
      handlers.attach(client);
      for (const channel of handlers.channels) void client.query(`LISTEN ${channel}`).catch(() => undefined);
    });
  }

  async listen(channel: string): Promise<void> {
    await this.#pool.query(`LISTEN ${channel}`);
  }

  async unlisten(channel: string): Promise<void> {
    await this.#pool.query(`UNLISTEN ${channel}`);
  }

  async close(): Promise<void> {}
}

function createPool(keeper: EngineKeeper, logger: StorageLogger | undefined): pg.Pool {
  const pool = new pg.Pool({
    max: 1,
    idleTimeoutMillis: 0,
    allowExitOnIdle: false,
    user: 'postgres',
    database: 'postgres',
    password: '',
    ssl: false,
    stream: () => new WireStream(() => keeper.acquire()),
    types: driverTypes,
  });
  pool.on('error', (error) => logger?.warn({ reason: error.message }, 'embedded database stopped'));
  pool.on('release', (error: unknown) => {
    if (error) void keeper.discard();
  });
  return pool;
}

/** An embedded database, and the way to copy its cluster into a file (for test templates). */
export interface EmbeddedDatabase extends Database {
  dump(path: string): Promise<void>;
}

/**
 * Opens the embedded engine. Throws `storage.directory_locked`, `storage.directory_unusable`, `storage.not_durable` or
 * `storage.engine_stopped`.
 */
export async function openEmbeddedDatabase(options: EmbeddedOptions): Promise<EmbeddedDatabase> {
  const lock: DirectoryLock | undefined =
    options.directory === undefined ? undefined : await lockDirectory(options.directory);
  const keeper = new EngineKeeper(options);
  const pool = createPool(keeper, options.logger);
  const database = new PooledDatabase({
    dialect: 'embedded',
    pool,
    queryTimeoutMs: options.queryTimeoutMs,
    channels: (handlers) => new EmbeddedChannels(pool, handlers),
    shutDown: async () => {
      try {
        await keeper.close();
      } finally {
        lock?.release();
      }
    },
  });
  try {
    await database.ping();
  } catch (error) {
    await database.close();
    throw error;
  }
  return Object.assign(database, { dump: (path: string) => keeper.dump(path) });
}
