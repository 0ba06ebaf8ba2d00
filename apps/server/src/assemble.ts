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
import { migrationsOf, type SystemContext, type SystemManifest, systemClock, systemRandom } from '@tra/platform-system';
import { blobsConfig, keysConfig } from './config.ts';
import { messageDirectories } from './messages.ts';
import type { Platform } from './platform.ts';
import { openBlobs, openKeys } from './stores.ts';
import { allSystems } from './systems.ts';

/** What is open already. */
export interface Opened extends Pick<Platform, 'logger' | 'metrics' | 'health' | 'database'> {
  readonly messages: Messages | undefined;
}

const platformMigrations = [auditMigrations, jobsMigrations, logMigrations, httpMigrations];

/** Brings the tables up to date and puts together what systems stand on. */
export async function assemble(configuration: Configuration, given: Opened): Promise<Platform> {
  const { database, logger, metrics, health } = given;
  const opened = { database, logger, metrics, health, messages: given.messages ?? loadMessages(messageDirectories()) };
  const watched = configuration.get(clockConfig);
  const time = superviseClock({
    sources: timeSources(watched, systemRandom),
    limits: clockLimits(watched),
    heard: clockMetrics(metrics),
  });
  // The sources of time are asked while the rest is opened.
  const watching = time.start();
  watching.catch(() => undefined);
  await database.migrate([...platformMigrations, ...allSystems.map(migrationsOf)]);
  const server = configuration.get(serverConfig);
  const data = resolve(server.data);
  const production = server.environment === 'production';
  const keys = await openKeys(data, configuration.get(keysConfig), { production, logger });
  const blobs = await openBlobs(data, configuration.get(blobsConfig));
  const audit = createAudit({ database, clock: systemClock });
  const log = createPublicLog({ database, clock: systemClock, format: merkle });
  const outbound = createOutbound(configuration.get(outboundConfig));
  const jobs = createJobs({ database, clock: systemClock, random: systemRandom, logger, metrics });
  const facts = { publicUrl: server.publicUrl, environment: server.environment, demo: server.demo };
  health.addCheck('database', () => database.ping());
  health.addCheck('keys', () => keys.check());
  health.addCheck('clock', () => time.check());
  await watching;
  const contextOf = <C>(system: SystemManifest<C>): SystemContext<C> => ({
    ...opened,
    ...{ config: configuration.get(system.config), server: facts, logger: logger.child({ system: system.name }) },
    ...{ clock: systemClock, random: systemRandom, audit, log, jobs, blobs, keys, outbound },
  });
  const { pkcs11Purposes, absentPurposes } = configuration.get(keysConfig);
  const hours = configuration.get(httpConfig).idempotencyHours;
  return {
    ...opened,
    ...{ jobs, contextOf, time },
    idempotency: createIdempotencyStore({ database, clock: systemClock, hours }),
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
