import type { AsyncLocalStorage } from 'node:async_hooks';
import {
  CompiledQuery,
  type DatabaseConnection,
  type DatabaseIntrospector,
  type Dialect,
  type DialectAdapter,
  type Driver,
  type Kysely,
  PostgresAdapter,
  PostgresIntrospector,
  PostgresQueryCompiler,
  type QueryCompiler,
  type QueryResult,
  type TransactionSettings,
} from 'kysely';
import type { PoolClient } from 'pg';
import type { Clients } from './clients.ts';
import { StorageError } from './errors.ts';

/** Marks the code that runs inside a transaction, so that a query beside it can be told apart. */
export type TransactionScope = AsyncLocalStorage<{ open: boolean }>;

interface DialectOptions {
  readonly clients: Clients;
  /** Longest time in milliseconds that one statement may take. */
  readonly queryTimeoutMs: number;
}

function translate(error: unknown): unknown {
  // 57014 query_canceled: the server's statement_timeout (PostgreSQL appendix A).
  const code = (error as { code?: unknown } | null)?.code;
  return code === '57014' ? new StorageError('storage.query_timeout', { cause: error }) : error;
}

class GuardedConnection implements DatabaseConnection {
  broken: Error | undefined;
  readonly client: PoolClient;
  readonly #timeoutMs: number;

  constructor(client: PoolClient, timeoutMs: number) {
    this.client = client;
    this.#timeoutMs = timeoutMs;
  }

  async executeQuery<R>(query: CompiledQuery): Promise<QueryResult<R>> {
    if (this.broken) throw this.broken;
    // The server ends a statement by itself; the grace lets its answer come first. The embedded engine cannot be
    // interrupted: its connection is given up, which restarts it.
    let timer: NodeJS.Timeout | undefined;
    const timeout = new Promise<never>((_resolve, reject) => {
      timer = setTimeout(() => {
        this.broken = new StorageError('storage.query_timeout');
        reject(this.broken);
      }, this.#timeoutMs);
    });
    try {
      const pending = this.client.query<R & Record<string, unknown>>(query.sql, [...query.parameters]);
      pending.catch(() => undefined);
      const result = await Promise.race([pending, timeout]);
      return {
        rows: result.rows ?? [],
        ...(result.command === 'SELECT' ? {} : { numAffectedRows: BigInt(result.rowCount ?? 0) }),
      };
    } catch (error) {
      throw translate(error);
    } finally {
      clearTimeout(timer);
    }
  }

  // biome-ignore lint/correctness/useYield: the interface asks for a generator, the product reads in pages instead
  async *streamQuery<R>(): AsyncIterableIterator<QueryResult<R>> {
    throw new TypeError('streaming queries are not supported; read in pages');
  }
}

// A connection must not go back with an open transaction (a raw BEGIN, a ROLLBACK that failed): the next user would stand in
// it. Resolves to why the connection cannot be used again, if so.
async function endTransaction(client: PoolClient): Promise<Error | undefined> {
  if (client.getTransactionStatus() === 'I') return undefined;
  try {
    await client.query('ROLLBACK');
    return undefined;
  } catch (error) {
    return error instanceof Error ? error : new Error(String(error));
  }
}

class GuardedDriver implements Driver {
  readonly #options: DialectOptions;

  constructor(options: DialectOptions) {
    this.#options = options;
  }

  async init(): Promise<void> {}

  async acquireConnection(): Promise<DatabaseConnection> {
    return new GuardedConnection(await this.#options.clients.acquire(), this.#options.queryTimeoutMs);
  }

  async beginTransaction(connection: DatabaseConnection, settings: TransactionSettings): Promise<void> {
    const level = settings.isolationLevel ? ` ISOLATION LEVEL ${settings.isolationLevel.toUpperCase()}` : '';
    const mode = settings.accessMode ? ` ${settings.accessMode.toUpperCase()}` : '';
    await connection.executeQuery(CompiledQuery.raw(`BEGIN${level}${mode}`));
  }

  async commitTransaction(connection: DatabaseConnection): Promise<void> {
    await connection.executeQuery(CompiledQuery.raw('COMMIT'));
  }

  async rollbackTransaction(connection: DatabaseConnection): Promise<void> {
    if ((connection as GuardedConnection).broken) return;
    await connection.executeQuery(CompiledQuery.raw('ROLLBACK'));
  }

  async releaseConnection(connection: DatabaseConnection): Promise<void> {
    const { client, broken } = connection as GuardedConnection;
    this.#options.clients.release(client, broken ?? (await endTransaction(client)));
  }

  async destroy(): Promise<void> {}
}

/** The one dialect of the product: PostgreSQL through the `pg` driver, whether a server or the embedded engine answers. */
export class GuardedDialect implements Dialect {
  readonly #options: DialectOptions;

  constructor(options: DialectOptions) {
    this.#options = options;
  }

  createDriver(): Driver {
    return new GuardedDriver(this.#options);
  }

  createQueryCompiler(): QueryCompiler {
    return new PostgresQueryCompiler();
  }

  createAdapter(): DialectAdapter {
    return new PostgresAdapter();
  }

  // biome-ignore lint/suspicious/noExplicitAny: the signature of Kysely's own interface
  createIntrospector(database: Kysely<any>): DatabaseIntrospector {
    return new PostgresIntrospector(database);
  }
}
