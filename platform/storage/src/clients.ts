import type { Pool, PoolClient } from 'pg';
import type { TransactionScope } from './dialect.ts';
import { StorageError } from './errors.ts';

/**
 * Hands out the connections of a pool. Whoever asked before the end is served before the pool is closed: the pool itself would
 * leave those who wait for a connection waiting for ever.
 */
export class Clients {
  readonly #pool: Pool;
  readonly #scope: TransactionScope;
  #users = 0;
  #closing = false;
  #drained: () => void = () => {};

  constructor(pool: Pool, scope: TransactionScope) {
    this.#pool = pool;
    this.#scope = scope;
  }

  /** A connection. Throws `storage.closed`, or `storage.nested_use` inside a transaction, which has its own. */
  async acquire(): Promise<PoolClient> {
    if (this.#closing) throw new StorageError('storage.closed');
    if (this.#scope.getStore()?.open) throw new StorageError('storage.nested_use');
    this.#users += 1;
    try {
      return await this.#pool.connect();
    } catch (error) {
      this.#leave();
      throw error;
    }
  }

  /** Takes a connection back; with an error it is not used again. */
  release(client: PoolClient, error?: Error): void {
    client.release(error);
    this.#leave();
  }

  #leave(): void {
    this.#users -= 1;
    if (this.#users === 0) this.#drained();
  }

  /** Runs `work` on a connection. */
  async use<R>(work: (client: PoolClient) => Promise<R>): Promise<R> {
    const client = await this.acquire();
    try {
      return await work(client);
    } finally {
      this.release(client);
    }
  }

  /** Lets nobody in any more, waits for those who are in, and closes all connections. */
  async close(): Promise<void> {
    this.#closing = true;
    if (this.#users > 0) {
      await new Promise<void>((resolve) => {
        this.#drained = resolve;
      });
    }
    await this.#pool.end();
  }
}
