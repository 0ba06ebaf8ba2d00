import { join, resolve } from 'node:path';
import { type Configuration, type ServerConfig, serverConfig } from '@tra/platform-config';
import type { IdempotencyStore } from '@tra/platform-http';
import type { Messages } from '@tra/platform-i18n';
import type { Jobs } from '@tra/platform-jobs';
import type { Database, OpeningDatabase } from '@tra/platform-storage';
import { createTelemetry, type Health, type Logger, type Metrics } from '@tra/platform-telemetry';
import type { ContextSource } from './compose.ts';
import { telemetryConfig } from './config.ts';
import { absentDatabase, isStandalone } from './standalone.ts';

/** Everything that touches the machine, opened. */
export interface Platform extends ContextSource {
  readonly logger: Logger;
  readonly metrics: Metrics;
  readonly health: Health;
  readonly messages: Messages;
  readonly jobs: Jobs;
  readonly database: Database;
  readonly idempotency: IdempotencyStore | undefined;
  /** Resolves when the database is open and its tables are up to date; nothing is asked of it before. */
  readonly migrated: Promise<void>;
  close(): Promise<void>;
}

/**
 * Begins to open the database and to bring its tables up to date, and opens keys, files, queue and audit meanwhile. `messages` are read unless
 * given.
 */
export async function openPlatform(configuration: Configuration, messages?: Messages): Promise<Platform> {
  const telemetry = createTelemetry(configuration.get(telemetryConfig));
  // The database opens, a thread or a server at work, while this one reads the code of the rest.
  const beginning = beginStorage(configuration.get(serverConfig), telemetry.logger);
  const loading = import('./assemble.ts');
  loading.catch(() => undefined);
  const opening = await beginning;
  opening.opened.catch(() => undefined);
  try {
    const { assemble } = await loading;
    return await assemble(configuration, { ...telemetry, ...opening, messages });
  } catch (error) {
    await opening.database.close();
    throw error;
  }
}

async function beginStorage(server: ServerConfig, logger: Logger): Promise<OpeningDatabase> {
  if (isStandalone(server)) return { database: absentDatabase(), opened: Promise.resolve() };
  const { beginDatabase } = await import('@tra/platform-storage');
  const { databaseUrl: url, data } = server;
  return await beginDatabase(url ? { url, logger } : { directory: join(resolve(data), 'database'), logger });
}
