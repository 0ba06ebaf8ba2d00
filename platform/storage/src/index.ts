export { type Kysely, type Selectable, sql, type Transaction } from 'kysely';
export type { Database, OpeningDatabase } from './database.ts';
export { StorageError, type StorageErrorCode } from './errors.ts';
export { jsonb } from './json.ts';
export type { StorageLogger } from './logger.ts';
export type { MigrationSet } from './migrate.ts';
export { notifyIn } from './notify.ts';
export { beginDatabase, type OpenDatabaseOptions, openDatabase } from './open.ts';
