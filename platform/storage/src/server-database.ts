import { setTimeout as delay } from 'node:timers/promises';
import pg from 'pg';
import type { ChannelHandlers } from './channels.ts';
import type { OpeningDatabase } from './database.ts';
import { StorageError } from './errors.ts';
import type { StorageLogger } from './logger.ts';
import { type ChannelSource, PooledDatabase } from './pooled-database.ts';
import { driverTypes } from './types.ts';

/** How a PostgreSQL server is reached. */
export interface ServerOptions {
  readonly url: string;
  readonly poolSize: number;
  readonly queryTimeoutMs: number;
  readonly logger?: StorageLogger | undefined;
}

const RECONNECT_MS = 1_000;

// Notifications need a connection that stays: it is opened with the first channel and made again when it is lost.
class ServerChannels implements ChannelSource {
  readonly #options: ServerOptions;
  readonly #handlers: ChannelHandlers;
  #client: Promise<pg.Client> | undefined;
  #closed = false;

  constructor(options: ServerOptions, handlers: ChannelHandlers) {
    this.#options = options;
    this.#handlers = handlers;
  }

  async #open(): Promise<pg.Client> {
    const client = new pg.Client({
      connectionString: this.#options.url,
      keepAlive: true,
      application_name: 'tra-listen',
    });
    this.#handlers.attach(client);
    client.on('error', (error) => {
      this.#options.logger?.warn({ reason: error.message }, 'connection for notifications lost');
    });
    await client.connect();
    client.once('end', () => void this.#reopen());
    for (const channel of this.#handlers.channels) await client.query(`LISTEN ${channel}`);
    return client;
  }

  async #reopen(): Promise<void> {
    while (!this.#closed) {
      await delay(RECONNECT_MS, undefined, { ref: false });
      if (this.#closed) return;
      this.#client = this.#open();
      try {
        await this.#client;
        return;
      } catch (error) {
        this.#client = undefined;
        this.#options.logger?.warn({ reason: String(error) }, 'database does not answer');
      }
    }
  }

  async #connected(): Promise<pg.Client> {
    this.#client ??= this.#open().catch((error: unknown) => {
      this.#client = undefined;
      throw error;
    });
    return await this.#client;
  }

  async listen(channel: string): Promise<void> {
    await (await this.#connected()).query(`LISTEN ${channel}`);
  }

  async unlisten(channel: string): Promise<void> {
    await (await this.#connected()).query(`UNLISTEN ${channel}`);
  }

  async close(): Promise<void> {
    this.#closed = true;
    const client = await this.#client?.catch(() => undefined);
    await client?.end();
  }
}

/** Begins to connect to a PostgreSQL server; `opened` rejects with `storage.connection_failed` when it does not answer or refuses. */
export function beginServerDatabase(options: ServerOptions): OpeningDatabase {
  const pool = new pg.Pool({
    connectionString: options.url,
    max: options.poolSize,
    keepAlive: true,
    connectionTimeoutMillis: 10_000,
    statement_timeout: options.queryTimeoutMs,
    idle_in_transaction_session_timeout: 60_000,
    application_name: 'tra',
    types: driverTypes,
  });
  pool.on('error', (error) => options.logger?.warn({ reason: error.message }, 'idle database connection lost'));
  const database = new PooledDatabase({
    dialect: 'server',
    pool,
    queryTimeoutMs: options.queryTimeoutMs + 2_000,
    channels: (handlers) => new ServerChannels(options, handlers),
    shutDown: async () => {},
  });
  const opened = database.ping().catch((error: unknown) => {
    const reason = error instanceof Error ? error.message : String(error);
    throw new StorageError('storage.connection_failed', { params: { reason }, cause: error });
  });
  return { database, opened };
}
