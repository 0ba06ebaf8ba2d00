import { AsyncLocalStorage } from 'node:async_hooks';
import { setTimeout as delay } from 'node:timers/promises';
import { Kysely, type Transaction } from 'kysely';
import type { Pool } from 'pg';
import { ChannelHandlers, checkChannel, checkPayload } from './channels.ts';
import { Clients } from './clients.ts';
import type { Database } from './database.ts';
import { GuardedDialect, type TransactionScope } from './dialect.ts';
import { StorageError } from './errors.ts';
import { type MigrationSet, runMigrations } from './migrate.ts';

// 40001 serialization_failure and 40P01 deadlock_detected: nothing was changed, trying again is right.
const REPEATABLE = new Set(['40001', '40P01']);
const ATTEMPTS = 5;

/** How channels are listened to: the one thing in which the two dialects differ. */
export interface ChannelSource {
  /** Makes `channel` heard by the handlers. */
  listen(channel: string): Promise<void>;
  /** Makes `channel` silent. */
  unlisten(channel: string): Promise<void>;
  close(): Promise<void>;
}

/** What a {@link PooledDatabase} is made of. */
export interface PooledDatabaseParts {
  readonly dialect: Database['dialect'];
  readonly pool: Pool;
  readonly queryTimeoutMs: number;
  readonly channels: (handlers: ChannelHandlers, clients: Clients) => ChannelSource;
  /** Ends what stands behind the pool. */
  readonly shutDown: () => Promise<void>;
}

function codeOf(error: unknown): string {
  return String((error as { code?: unknown } | null)?.code);
}

/** A database behind a pool of the PostgreSQL driver. */
export class PooledDatabase implements Database {
  readonly dialect: Database['dialect'];
  readonly #parts: PooledDatabaseParts;
  readonly #scope: TransactionScope = new AsyncLocalStorage();
  #openTransactions = 0;
  readonly #handlers: ChannelHandlers;
  readonly #clients: Clients;
  readonly #channels: ChannelSource;
  readonly #kysely: Kysely<unknown>;
  #closing: Promise<void> | undefined;

  constructor(parts: PooledDatabaseParts) {
    this.dialect = parts.dialect;
    this.#parts = parts;
    this.#handlers = new ChannelHandlers(this.#scope);
    this.#clients = new Clients(parts.pool, this.#scope);
    this.#channels = parts.channels(this.#handlers, this.#clients);
    const { queryTimeoutMs } = parts;
    this.#kysely = new Kysely({ dialect: new GuardedDialect({ clients: this.#clients, queryTimeoutMs }) });
  }

  tables<T>(): Kysely<T> {
    return this.#kysely as Kysely<T>;
  }

  async transaction<T, R>(work: (trx: Transaction<T>) => Promise<R>): Promise<R> {
    for (let attempt = 1; ; attempt += 1) {
      try {
        return await this.#transactionOnce(work);
      } catch (error) {
        if (attempt >= ATTEMPTS || !REPEATABLE.has(codeOf(error))) throw error;
        await delay(attempt * 5 + Math.random() * 10);
      }
    }
  }

  async #transactionOnce<T, R>(work: (trx: Transaction<T>) => Promise<R>): Promise<R> {
    const state = { open: true };
    return await this.tables<T>()
      .transaction()
      .setIsolationLevel('read committed')
      .execute(async (trx) => {
        this.#openTransactions += 1;
        try {
          return await this.#scope.run(state, () => work(trx));
        } finally {
          state.open = false;
          this.#openTransactions -= 1;
          // A storage in use makes every promise of the process dearer (Node 20 hooks them all): none is in use between transactions.
          if (this.#openTransactions === 0) this.#scope.disable();
        }
      });
  }

  async migrate(sets: readonly MigrationSet[]): Promise<readonly string[]> {
    return await this.#clients.use((client) => runMigrations(client, sets));
  }

  async listen(channel: string, handler: (payload: string) => void): Promise<() => Promise<void>> {
    if (this.#closing) throw new StorageError('storage.closed');
    this.#handlers.add(checkChannel(channel), handler);
    try {
      await this.#channels.listen(channel);
    } catch (error) {
      this.#handlers.remove(channel, handler);
      throw error;
    }
    return async () => {
      if (this.#handlers.remove(channel, handler) && !this.#closing) await this.#channels.unlisten(channel);
    };
  }

  async notify(channel: string, payload: string): Promise<void> {
    const values = [checkChannel(channel), checkPayload(payload)];
    await this.#clients.use((client) => client.query('SELECT pg_notify($1, $2)', values));
  }

  async ping(): Promise<void> {
    await this.#clients.use((client) => client.query('SELECT 1'));
  }

  async close(): Promise<void> {
    this.#closing ??= this.#shutDown();
    await this.#closing;
  }

  async #shutDown(): Promise<void> {
    await this.#channels.close();
    await this.#clients.close();
    await this.#parts.shutDown();
  }
}
