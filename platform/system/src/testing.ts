import { randomBytes } from 'node:crypto';
import type { Clock, Random } from '@tra/kernel';
import { migrations as auditMigrations, createAudit } from '@tra/platform-audit';
import { createMemoryBlobStore } from '@tra/platform-blobs/testing';
import { loadConfig } from '@tra/platform-config';
import {
  type Authenticator,
  type HttpConfig,
  type HttpServer,
  migrations as httpMigrations,
  type IdempotencyStore,
  type Principal,
} from '@tra/platform-http';
import { createTestHttpServer, httpMessages } from '@tra/platform-http/testing';
import { loadMessages } from '@tra/platform-i18n';
import { createJobs, migrations as jobsMigrations } from '@tra/platform-jobs';
import { createMemoryKeyStore } from '@tra/platform-keys/testing';
import { migrations as logMigrations } from '@tra/platform-log';
import { createOutboxLog } from '@tra/platform-log/testing';
import { createOutbound } from '@tra/platform-outbound';
import { openTestDatabase } from '@tra/platform-storage/testing';
import { createTelemetry } from '@tra/platform-telemetry';
import {
  messagesOf,
  migrationsOf,
  type ServerFacts,
  type System,
  type SystemContext,
  type SystemInstance,
} from './system.ts';

/** A clock that runs like the machine's and can be moved forward. */
export interface TestClock extends Clock {
  /** Moves the clock forward by `milliseconds`. */
  advance(milliseconds: number): void;
}

/** The machine's clock, which a test can move forward. */
export function createTestClock(): TestClock {
  let ahead = 0;
  return {
    now: () => new Date(Date.now() + ahead),
    advance: (milliseconds) => {
      ahead += milliseconds;
    },
  };
}

/** What a test replaces of a context; settings may be given in part, the others have their defaults. */
export type ContextOverrides<C> = Partial<Omit<SystemContext<C>, 'config' | 'server'>> & {
  readonly config?: Partial<C>;
  readonly server?: Partial<ServerFacts>;
};

/** A context with everything in memory. */
export interface TestContext<C> extends SystemContext<C> {
  /** The clock of the context, if the test did not hand in one of its own. */
  readonly testClock: TestClock;
  /** Stops the jobs and closes the database. */
  close(): Promise<void>;
}

const machineRandom: Random = { bytes: (length) => new Uint8Array(randomBytes(length)) };
const facts: ServerFacts = { publicUrl: 'http://localhost:8420', environment: 'development', demo: false };

/**
 * All that `system` needs, in memory: a migrated database (on the server of TRA_TEST_DATABASE_URL when that is set), files, keys,
 * audit, jobs that are not started, and the words of the system. Close it at the end of the test.
 */
export async function createTestContext<C, P, S>(
  system: System<C, P, S>,
  overrides: ContextOverrides<C> = {},
): Promise<TestContext<C>> {
  const telemetry = createTelemetry({ level: 'silent', processMetrics: false });
  const testClock = createTestClock();
  const clock = overrides.clock ?? testClock;
  const random = overrides.random ?? machineRandom;
  const migrations = [auditMigrations, jobsMigrations, logMigrations, httpMigrations, migrationsOf(system)];
  const database = overrides.database ?? (await openTestDatabase({ migrations }));
  const logger = overrides.logger ?? telemetry.logger;
  const jobs = overrides.jobs ?? createJobs({ database, clock, random, logger });
  const settings = { [system.config.name]: { ...overrides.config } };
  return {
    ...telemetry,
    audit: createAudit({ database, clock }),
    log: createOutboxLog({ database, clock }),
    blobs: createMemoryBlobStore(),
    keys: createMemoryKeyStore(),
    outbound: createOutbound({ allowedNetworks: [], resolvers: [], timeoutMs: 5_000 }),
    messages: loadMessages([httpMessages, messagesOf(system)]),
    ...overrides,
    clock,
    random,
    database,
    jobs,
    config: loadConfig([system.config], { env: {}, overrides: settings }).get(system.config),
    server: { ...facts, ...overrides.server },
    testClock,
    close: async () => {
      await jobs.stop();
      await database.close();
    },
  };
}

/** Reads the principal from the header that {@link asPrincipal} makes; for tests of routes without sign-in. */
export const testAuthenticator: Authenticator = {
  authenticate: async ({ headers }) => {
    const header = headers['x-test-principal'];
    return typeof header === 'string' ? (JSON.parse(decodeURIComponent(header)) as Principal) : undefined;
  },
};

/** Headers that make {@link testAuthenticator} see the account `accountId` with `roles`. */
export function asPrincipal(accountId: string, ...roles: string[]): { 'x-test-principal': string } {
  const principal: Principal = { accountId, roles, displayName: { th: accountId, en: accountId }, method: 'bearer' };
  return { 'x-test-principal': encodeURIComponent(JSON.stringify(principal)) };
}

/** What a test server serves. */
export interface TestServerOptions {
  readonly context: Pick<
    SystemContext<unknown>,
    'messages' | 'logger' | 'metrics' | 'health' | 'clock' | 'random' | 'server'
  >;
  readonly system: Pick<System<never, never, unknown>, 'problems'>;
  readonly instance: Pick<SystemInstance<unknown>, 'routes'>;
  /** {@link testAuthenticator} when absent. */
  readonly authenticator?: Authenticator;
  readonly idempotency?: IdempotencyStore;
  readonly http?: Partial<HttpConfig>;
}

/** A server with the routes of one system, for `app.inject`; it listens nowhere. */
export async function createTestServer(options: TestServerOptions): Promise<HttpServer> {
  const { context, system, instance, idempotency } = options;
  const { messages, logger, metrics, health, clock, random } = context;
  const server = await createTestHttpServer({
    ...{ messages, logger, metrics, health, clock, random },
    problems: new Map(Object.entries(system.problems)),
    authenticator: options.authenticator ?? testAuthenticator,
    ...(idempotency ? { idempotency } : {}),
    config: { publicUrl: context.server.publicUrl, ...options.http },
  });
  await instance.routes?.(server.app);
  return server;
}

/** A system that runs in a test. */
export interface StartedSystem<C, S> {
  readonly context: TestContext<C>;
  readonly services: S;
  readonly app: HttpServer['app'];
  /** Stops everything. */
  close(): Promise<void>;
}

/** What {@link startTestSystem} may be told beyond the overrides of the context. */
export interface StartOptions<C> extends ContextOverrides<C> {
  readonly authenticator?: Authenticator;
  readonly http?: Partial<HttpConfig>;
}

/**
 * Creates `system` on a context in memory, mounts its routes and starts it.
 *
 * @example
 * const { app, services, close } = await startTestSystem(timestamp, { certificates });
 * const reply = await app.inject({ method: 'POST', url: '/timestamp', payload });
 */
export async function startTestSystem<C, P, S>(
  system: System<C, P, S>,
  ports: P,
  options: StartOptions<C> = {},
): Promise<StartedSystem<C, S>> {
  const { authenticator, http, ...overrides } = options;
  const context = await createTestContext(system, overrides as ContextOverrides<C>);
  const instance = await system.create(context, ports);
  const server = await createTestServer({
    ...{ context, system, instance },
    ...(authenticator ? { authenticator } : {}),
    ...(http ? { http } : {}),
  });
  await instance.start?.();
  return {
    context,
    services: instance.services,
    app: server.app,
    close: async () => {
      await server.close();
      await instance.stop?.();
      await context.close();
    },
  };
}
