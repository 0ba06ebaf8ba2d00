import pg from 'pg';
import type { ChannelHandlers } from './channels.ts';
import type { Clients } from './clients.ts';
import type { OpeningDatabase } from './database.ts';
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
  /** Where engines in memory come from and go to; each is started and closed unless told. */
  readonly source?: EngineSource | undefined;
  readonly queryTimeoutMs: number;
  readonly logger?: StorageLogger | undefined;
}

/** Hands out engines. */
export interface EngineSource {
  start(): Promise<Engine>;
  end(engine: Engine): Promise<void>;
}

// Keeps one engine running for one directory. An engine that was lost (a crash, or a statement that ran over its time) is
// started again from the disk, as after a crash of the machine; one in memory cannot come back.
class EngineKeeper {
  readonly #options: EmbeddedOptions;
  readonly #source: EngineSource;
  #engine: Engine | undefined;
  #closed = false;

  constructor(options: EmbeddedOptions) {
    this.#options = options;
    const { directory } = options;
    this.#source = options.source ?? {
      start: () => startEngine(directory === undefined ? {} : { directory }),
      end: (engine) => engine.close(),
    };
  }

  async acquire(): Promise<Engine> {
    if (this.#closed) throw new StorageError('storage.closed');
    if (this.#engine?.running) {
      await this.#engine.reset();
      return this.#engine;
    }
    const { directory, logger } = this.#options;
    if (this.#engine && directory === undefined) throw new StorageError('storage.engine_stopped');
    if (this.#engine) logger?.warn({ directory }, 'embedded database is started again');
    this.#engine = await this.#source.start();
    return this.#engine;
  }

  async discard(): Promise<void> {
    await this.#engine?.kill();
  }

  async close(): Promise<void> {
    this.#closed = true;
    if (this.#engine?.running) await this.#source.end(this.#engine);
  }
}

// The engine has one connection, so the one that queries also listens.
class EmbeddedChannels implements ChannelSource {
  readonly #clients: Clients;

  constructor(pool: pg.Pool, handlers: ChannelHandlers, clients: Clients) {
    this.#clients = clients;
    pool.on('connect', (client) => {
      handlers.attach(client);
      for (const channel of handlers.channels) void client.query(`LISTEN ${channel}`).catch(() => undefined);
    });
  }

  async listen(channel: string): Promise<void> {
    await this.#clients.use((client) => client.query(`LISTEN ${channel}`));
  }

  async unlisten(channel: string): Promise<void> {
    await this.#clients.use((client) => client.query(`UNLISTEN ${channel}`));
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

/**
 * Begins to open the embedded engine; resolves when the directory is held. Throws `storage.directory_locked`; `opened` rejects with
 * `storage.directory_unusable`, `storage.not_durable` or `storage.engine_stopped`.
 */
export async function beginEmbeddedDatabase(options: EmbeddedOptions): Promise<OpeningDatabase> {
  const lock: DirectoryLock | undefined =
    options.directory === undefined ? undefined : await lockDirectory(options.directory);
  const keeper = new EngineKeeper(options);
  const pool = createPool(keeper, options.logger);
  const database = new PooledDatabase({
    dialect: 'embedded',
    pool,
    queryTimeoutMs: options.queryTimeoutMs,
    channels: (handlers, clients) => new EmbeddedChannels(pool, handlers, clients),
    shutDown: async () => {
      try {
        await keeper.close();
      } finally {
        lock?.release();
      }
    },
  });
  return { database, opened: database.ping() };
}
