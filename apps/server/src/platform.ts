import { mkdir } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import * as merkle from '@tra/merkle';
import { migrations as auditMigrations, createAudit } from '@tra/platform-audit';
import { clockConfig, clockLimits, clockMetrics, superviseClock, timeSources } from '@tra/platform-clock';
import { type Configuration, type ServerConfig, serverConfig } from '@tra/platform-config';
import {
  createIdempotencyStore,
  httpConfig,
  migrations as httpMigrations,
  type IdempotencyStore,
} from '@tra/platform-http';
import { loadMessages, type Messages } from '@tra/platform-i18n';
import { createJobs, type Jobs, migrations as jobsMigrations } from '@tra/platform-jobs';
import { createHeadFile, createPublicLog, migrations as logMigrations } from '@tra/platform-log';
import { createOutbound, outboundConfig } from '@tra/platform-outbound';
import { type Database, openDatabase } from '@tra/platform-storage';
import { migrationsOf, type System, type SystemContext, systemClock, systemRandom } from '@tra/platform-system';
import { createTelemetry, type Health, type Logger, type Metrics } from '@tra/platform-telemetry';
import type { ContextSource } from './compose.ts';
import { blobsConfig, keysConfig, telemetryConfig } from './config.ts';
import { messageDirectories } from './messages.ts';
import { openBlobs, openKeys } from './stores.ts';
import { allSystems } from './systems.ts';

/** Everything that touches the machine, opened. */
export interface Platform extends ContextSource {
  readonly logger: Logger;
  readonly metrics: Metrics;
  readonly health: Health;
  readonly messages: Messages;
  readonly jobs: Jobs;
  readonly database: Database;
  readonly idempotency: IdempotencyStore;
  close(): Promise<void>;
}

/** Opens the database and brings its tables up to date, then keys, files, queue and audit. */
export async function openPlatform(configuration: Configuration): Promise<Platform> {
  const server = configuration.get(serverConfig);
  const telemetry = createTelemetry(configuration.get(telemetryConfig));
  const messages = loadMessages(messageDirectories());
  const database = await openMigrated(server, telemetry.logger);
  try {
    return await assemble(configuration, server, { ...telemetry, messages, database });
  } catch (error) {
    await database.close();
    throw error;
  }
}

async function openMigrated(server: ServerConfig, logger: Logger): Promise<Database> {
  const directory = join(resolve(server.data), 'database');
  if (!server.databaseUrl) await mkdir(directory, { recursive: true, mode: 0o700 });
  const database = await openDatabase({
    ...(server.databaseUrl ? { url: server.databaseUrl } : { directory }),
    logger,
  });
  try {
    const platform = [auditMigrations, jobsMigrations, logMigrations, httpMigrations];
    await database.migrate([...platform, ...allSystems.map(migrationsOf)]);
    return database;
  } catch (error) {
    await database.close();
    throw error;
  }
}

type Opened = Pick<Platform, 'logger' | 'metrics' | 'health' | 'messages' | 'database'>;

async function assemble(configuration: Configuration, server: ServerConfig, opened: Opened): Promise<Platform> {
  const { database, logger, metrics, health } = opened;
  const data = resolve(server.data);
  const keys = await openKeys(data, configuration.get(keysConfig), {
    production: server.environment === 'production',
    logger,
  });
  const blobs = await openBlobs(data, configuration.get(blobsConfig));
  const audit = createAudit({ database, clock: systemClock });
  const log = createPublicLog({ database, clock: systemClock, format: merkle });
  const outbound = createOutbound(configuration.get(outboundConfig));
  const jobs = createJobs({ database, clock: systemClock, random: systemRandom, logger, metrics });
  const watched = configuration.get(clockConfig);
  const time = superviseClock({
    sources: timeSources(watched, systemRandom),
    limits: clockLimits(watched),
    heard: clockMetrics(metrics),
  });
  const facts = { publicUrl: server.publicUrl, environment: server.environment, demo: server.demo };
  health.addCheck('database', () => database.ping());
  health.addCheck('keys', () => keys.check());
  health.addCheck('clock', () => time.check());
  await time.start();
  const contextOf = <C, P, S>(system: System<C, P, S>): SystemContext<C> => ({
    ...opened,
    config: configuration.get(system.config),
    server: facts,
    logger: logger.child({ system: system.name }),
    clock: systemClock,
    random: systemRandom,
    audit,
    log,
    jobs,
    blobs,
    keys,
    outbound,
  });
  const hours = configuration.get(httpConfig).idempotencyHours;
  return {
    ...opened,
    jobs,
    idempotency: createIdempotencyStore({ database, clock: systemClock, hours }),
    contextOf,
    time,
    clockFacts: { ...watched, sources: watched.sources.length },
    recordFolder: join(data, 'timestamp-records'),
    headMemory: createHeadFile(join(data, 'log-head.json')),
    keyPlaces: {
      token: configuration.get(keysConfig).pkcs11Purposes,
      absent: configuration.get(keysConfig).absentPurposes,
    },
    close: async () => {
      time.stop();
      await keys.close();
      await database.close();
    },
  };
}
