import type { Clock, Random } from '@tra/kernel';
import type { Messages } from '@tra/platform-i18n';
import type { Health, Logger, Metrics } from '@tra/platform-telemetry';
import type { HttpConfig } from './config.ts';
import type { IdempotencyStore } from './idempotency.ts';
import type { Authenticator } from './principal.ts';
import type { RouteApp } from './route-app.ts';
import type { StaticPortal } from './static-portal.ts';

/** What an HTTP server is made of. */
export interface HttpServerOptions {
  readonly config: HttpConfig;
  readonly logger: Logger;
  readonly metrics: Metrics;
  readonly health: Health;
  /** Must hold a message for every code in `problems` and those of this package. */
  readonly messages: Messages;
  /** HTTP status of each error code of the systems; those of this package are known. */
  readonly problems: ReadonlyMap<string, number>;
  readonly authenticator?: Authenticator;
  readonly idempotency?: IdempotencyStore;
  /** The built portal. */
  readonly static?: StaticPortal;
  readonly openapi: { readonly title: string; readonly version: string; readonly description?: string };
  readonly clock: Clock;
  readonly random: Random;
}

/** A server that routes can be mounted on. */
export interface HttpServer {
  readonly app: RouteApp;
  /** Starts to accept connections; the address, with the port that was taken. */
  listen(): Promise<string>;
  /** Says no to /readyz, lets running requests finish, then stops. Never rejects for a request that took too long: it is cut. */
  close(): Promise<void>;
}
