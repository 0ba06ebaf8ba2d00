import { join, resolve } from 'node:path';
import * as merkle from '@tra/merkle';
import { migrations as auditMigrations, createAudit } from '@tra/platform-audit';
import { clockConfig, clockLimits, clockMetrics, superviseClock, timeSources } from '@tra/platform-clock';
import { type Configuration, serverConfig } from '@tra/platform-config';
import { createIdempotencyStore, httpConfig, migrations as httpMigrations } from '@tra/platform-http';
import { loadMessages, type Messages } from '@tra/platform-i18n';
import { createJobs, migrations as jobsMigrations } from '@tra/platform-jobs';
import { createHeadFile, createPublicLog, migrations as logMigrations } from '@tra/platform-log';
import { createOutbound, outboundConfig } from '@tra/platform-outbound';
import type { Database } from '@tra/platform-storage';
import { migrationsOf, type SystemContext, type SystemManifest, systemClock, systemRandom } from '@tra/platform-system';
import { blobsConfig, keysConfig } from './config.ts';
import { messageDirectories } from './messages.ts';
import type { Platform } from './platform.ts';
import { absentParts, isStandalone } from './standalone.ts';
import { openBlobs, openKeys } from './stores.ts';
import { allSystems } from './systems.ts';

/** What is open already. */
export interface Opened extends Pick<Platform, 'logger' | 'metrics' | 'health' | 'database'> {
  /** Resolves when the database answers. */
  readonly opened: Promise<void>;
  readonly messages: Messages | undefined;
}

const platformMigrations = [auditMigrations, jobsMigrations, logMigrations, httpMigrations];

/** Puts together what systems stand on, while the database opens and its tables are brought up to date. */
export async function assemble(configuration: Configuration, given: Opened): Promise<Platform> {
  const { database, logger, metrics, health } = given;
  const opened = { database, logger, metrics, health, messages: given.messages ?? loadMessages(messageDirectories()) };
  const server = configuration.get(serverConfig);
  const watched = configuration.get(clockConfig);
  const time = superviseClock({
    sources: timeSources(watched, systemRandom),
    limits: clockLimits(watched),
    heard: clockMetrics(metrics),
  });
  // The sources of time are asked while the rest is opened.
  const watching = time.start();
  watching.catch(() => undefined);
  const standalone = isStandalone(server);
  const stored: Stored = standalone ? absentParts() : openParts(configuration, opened);
  const migrated = standalone ? given.opened : given.opened.then(() => migrate(database));
  migrated.catch(() => undefined);
  const data = resolve(server.data);
  const production = server.environment === 'production';
  const keys = await openKeys(data, configuration.get(keysConfig), { production, logger });
  const blobs = await openBlobs(data, configuration.get(blobsConfig));
  const outbound = createOutbound(configuration.get(outboundConfig));
  const facts = { publicUrl: server.publicUrl, environment: server.environment, demo: server.demo };
  if (!standalone) health.addCheck('database', () => database.ping());
  health.addCheck('keys', () => keys.check());
  health.addCheck('clock', () => time.check());
  await watching;
  const contextOf = <C>(system: SystemManifest<C>): SystemContext<C> => ({
    ...opened,
    ...{ config: configuration.get(system.config), server: facts, logger: logger.child({ system: system.name }) },
    ...{
      audit: stored.audit,
      log: stored.log,
      jobs: stored.jobs,
      clock: systemClock,
      random: systemRandom,
      blobs,
      keys,
      outbound,
    },
  });
  const { pkcs11Purposes, absentPurposes } = configuration.get(keysConfig);
  return {
    ...opened,
    ...{ jobs: stored.jobs, idempotency: stored.idempotency, contextOf, time, migrated },
    clockFacts: { ...watched, sources: watched.sources.length },
    recordFolder: join(data, 'timestamp-records'),
    headMemory: createHeadFile(join(data, 'log-head.json')),
    keyPlaces: { token: pkcs11Purposes, absent: absentPurposes },
    close: async () => {
      time.stop();
      await keys.close();
      await database.close();
    },
  };
}

type Stored = Pick<Platform, 'jobs' | 'idempotency'> & Pick<SystemContext<unknown>, 'audit' | 'log'>;

async function migrate(database: Database): Promise<void> {
  await database.migrate([...platformMigrations, ...allSystems.map(migrationsOf)]);
}

/** What stands on the database. */
function openParts(configuration: Configuration, opened: Omit<Opened, 'messages' | 'opened'>): Stored {
  const { database, logger, metrics } = opened;
  const hours = configuration.get(httpConfig).idempotencyHours;
  return {
    audit: createAudit({ database, clock: systemClock }),
    log: createPublicLog({ database, clock: systemClock, format: merkle }),
    jobs: createJobs({ database, clock: systemClock, random: systemRandom, logger, metrics }),
    idempotency: createIdempotencyStore({ database, clock: systemClock, hours }),
  };
}
