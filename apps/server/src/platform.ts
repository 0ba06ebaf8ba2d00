import { mkdir } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { type Configuration, type ServerConfig, serverConfig } from '@tra/platform-config';
import type { IdempotencyStore } from '@tra/platform-http';
import type { Messages } from '@tra/platform-i18n';
import type { Jobs } from '@tra/platform-jobs';
import type { Database } from '@tra/platform-storage';
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
  close(): Promise<void>;
}

/** Opens the database and brings its tables up to date, then keys, files, queue and audit. `messages` are read unless given. */
export async function openPlatform(configuration: Configuration, messages?: Messages): Promise<Platform> {
  const telemetry = createTelemetry(configuration.get(telemetryConfig));
  // The database opens, a thread or a server at work, while this one reads the code of the rest.
  const opening = openStorage(configuration.get(serverConfig), telemetry.logger);
  const loading = import('./assemble.ts');
  loading.catch(() => undefined);
  const database = await opening;
  try {
    const { assemble } = await loading;
    return await assemble(configuration, { ...telemetry, messages, database });
  } catch (error) {
    await database.close();
    throw error;
  }
}

async function openStorage(server: ServerConfig, logger: Logger): Promise<Database> {
  if (isStandalone(server)) return absentDatabase();
  const { openDatabase } = await import('@tra/platform-storage');
  if (server.databaseUrl) return await openDatabase({ url: server.databaseUrl, logger });
  const directory = join(resolve(server.data), 'database');
  await mkdir(directory, { recursive: true, mode: 0o700 });
  return await openDatabase({ directory, logger });
}
