import { createHash } from 'node:crypto';
import type { Random } from '@tra/kernel';
import { loadMessages, type Messages } from '@tra/platform-i18n';
import { createTelemetry } from '@tra/platform-telemetry';
import { defaultHttpSettings, type HttpConfig } from './config.ts';
import { createHttpServer } from './server.ts';
import type { HttpServer, HttpServerOptions } from './server-options.ts';

/** The folder with the words of this package. */
export const httpMessages: URL = new URL('../messages/', import.meta.url);

/** What a test may replace of a test server. */
export type TestHttpServerOptions = Partial<Omit<HttpServerOptions, 'config'>> & {
  readonly config?: Partial<HttpConfig>;
};

function countingRandom(): Random {
  let counter = 0;
  return {
    bytes: (length) => {
      counter += 1;
      const digest = createHash('sha512').update(String(counter)).digest();
      return new Uint8Array(digest.subarray(0, length));
    },
  };
}

function messagesWith(given: Messages | undefined): Messages {
  return given ?? loadMessages([httpMessages]);
}

/** A server with all defaults that listens nowhere until told to; for `app.inject`. */
export async function createTestHttpServer(options: TestHttpServerOptions = {}): Promise<HttpServer> {
  const telemetry = createTelemetry({ level: 'silent', processMetrics: false });
  return createHttpServer({
    logger: telemetry.logger,
    metrics: telemetry.metrics,
    health: telemetry.health,
    problems: new Map(),
    openapi: { title: 'Test', version: '0.0.0' },
    clock: { now: () => new Date() },
    random: countingRandom(),
    ...options,
    messages: messagesWith(options.messages),
    config: { ...defaultHttpSettings(), host: '127.0.0.1', port: 0, publicUrl: 'http://localhost', ...options.config },
  });
}
