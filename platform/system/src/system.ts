import type { Clock, Random } from '@tra/kernel';
import type { Audit } from '@tra/platform-audit';
import type { BlobStore } from '@tra/platform-blobs';
import type { ConfigSection } from '@tra/platform-config';
import type { RouteApp } from '@tra/platform-http';
import type { Messages } from '@tra/platform-i18n';
import type { Jobs } from '@tra/platform-jobs';
import type { KeyStore } from '@tra/platform-keys';
import type { PublicLog } from '@tra/platform-log';
import type { Outbound } from '@tra/platform-outbound';
import type { Database, MigrationSet } from '@tra/platform-storage';
import type { Health, Logger, Metrics } from '@tra/platform-telemetry';

/** What a system may know about the process it runs in. */
export interface ServerFacts {
  /** Address under which people reach the product; no slash at the end. */
  readonly publicUrl: string;
  readonly environment: 'development' | 'production';
  /** Whether demo accounts, keys and data may be made; never true in production. */
  readonly demo: boolean;
}

/** All that the platform hands to a system. */
export interface SystemContext<C> {
  readonly config: C;
  readonly server: ServerFacts;
  readonly database: Database;
  readonly clock: Clock;
  readonly random: Random;
  readonly logger: Logger;
  readonly metrics: Metrics;
  readonly health: Health;
  readonly audit: Audit;
  /** What is public for ever: certificates, revocations, hashes of what was issued. */
  readonly log: PublicLog;
  readonly jobs: Jobs;
  readonly blobs: BlobStore;
  readonly keys: KeyStore;
  /** Requests to servers that somebody else named. */
  readonly outbound: Outbound;
  readonly messages: Messages;
}

/** A system that was created. */
export interface SystemInstance<Services> {
  /** What other systems may ask of it, through their own ports. */
  readonly services: Services;
  /** Checks of the process that have to pass, besides its own, for it to work: `database` and `keys` unless told. */
  readonly needs?: readonly string[];
  /** Mounts its routes; does not touch the database yet. */
  routes?(app: RouteApp): Promise<void>;
  /**
   * Called once, after all systems are created and the database is migrated: before the server listens, or, for a system without routes in this
   * process, right after.
   */
  start?(): Promise<void>;
  /** Called once at shutdown, after the server stopped accepting requests. */
  stop?(): Promise<void>;
}

/**
 * What is known of a system without running it, in a module of its own (`<package>/manifest`) that loads nothing else: a process reads the
 * settings, tables and words of all systems, and the code of those that it runs.
 */
export interface SystemManifest<C> {
  /** Lower-case word; tables, routes, codes and settings begin with it. */
  readonly name: string;
  /** The package folder with a slash at the end; `migrations/` and `messages/` lie in it. */
  readonly root: URL;
  readonly config: ConfigSection<C>;
  /** HTTP status of each of its error codes. */
  readonly problems: Readonly<Record<string, number>>;
}

/**
 * One system that a user can name: what it needs, what it offers, and how to make it.
 *
 * @example
 * export const timestamp: System<TimestampConfig, TimestampPorts, TimestampServices> = { ...manifest, create: createTimestamp };
 */
export interface System<C, Ports, Services> extends SystemManifest<C> {
  /** Makes the system. Registers jobs; does not touch the database yet. */
  create(context: SystemContext<C>, ports: Ports): SystemInstance<Services> | Promise<SystemInstance<Services>>;
}

/** The migrations of `system`: the files in its folder `migrations/`. */
export function migrationsOf(system: Pick<SystemManifest<never>, 'name' | 'root'>): MigrationSet {
  return { owner: system.name, directory: new URL('migrations/', system.root) };
}

/** The folder with the words of `system`. */
export function messagesOf(system: Pick<SystemManifest<never>, 'root'>): URL {
  return new URL('messages/', system.root);
}
