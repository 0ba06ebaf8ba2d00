import { existsSync } from 'node:fs';
import { createServer } from 'node:net';
import { resolve } from 'node:path';
import { type Configuration, loadConfig, type ServerConfig, serverConfig } from '@tra/platform-config';
import { createHttpServer, type HttpServer, httpConfig } from '@tra/platform-http';
import { systemClock, systemRandom } from '@tra/platform-system';
import { type Composition, composeSystems } from './compose.ts';
import { ServerError } from './errors.ts';
import { openPlatform, type Platform } from './platform.ts';
import { portalDirectory, portalPages } from './portal.ts';
import { allSections, allSystems, chosenSystems } from './systems.ts';
import { version } from './version.ts';

/** Where the settings of a server come from. */
export interface StartOptions {
  readonly env: NodeJS.ProcessEnv;
  /** Path of a JSON file with settings. */
  readonly file?: string;
  /** Values of a command line, by section and key. */
  readonly overrides?: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
}

/** A server that listens. */
export interface RunningServer {
  /** Address under which it can be reached on this machine. */
  readonly url: string;
  readonly demo: boolean;
  /** Where the data lies, in words for the operator; never a password. */
  readonly storage: string;
  /** Finishes requests and jobs that are under way, then closes the database. */
  close(): Promise<void>;
}

const defaultFile = 'tra.config.json';
const defaultPublicUrl = loadConfig([], { env: {} }).get(serverConfig).publicUrl;

/** Environment names that belong to the command line, not to the configuration. */
const commandLineNames = ['TRA_TEST_', 'TRA_LANG', 'TRA_DEBUG', 'TRA_ACCOUNT_PASSWORD', 'TRA_CHROMIUM'];

/** Reads and checks every setting. Throws a `ConfigError` that names the key which cannot be used. */
export async function readConfiguration(options: StartOptions): Promise<Configuration> {
  const file = options.file ?? (existsSync(defaultFile) ? defaultFile : undefined);
  const source = {
    env: options.env,
    ...(file ? { file } : {}),
    ...(options.overrides ? { overrides: options.overrides } : {}),
    ignoredPrefixes: commandLineNames,
  };
  const server = loadConfig(allSections, source).get(serverConfig);
  const port = server.port === 0 ? await freePort(server.host) : server.port;
  const isDefaultAddress = server.publicUrl === defaultPublicUrl;
  const overrides = {
    ...options.overrides,
    server: {
      ...options.overrides?.server,
      port,
      ...(isDefaultAddress ? { publicUrl: `http://localhost:${port}` } : {}),
    },
  };
  return loadConfig(allSections, { ...source, overrides });
}

function freePort(host: string): Promise<number> {
  return new Promise((done, fail) => {
    const probe = createServer();
    probe.once('error', fail);
    probe.listen(0, host, () => {
      const address = probe.address();
      probe.close(() => done(typeof address === 'object' && address ? address.port : 0));
    });
  });
}

/**
 * Starts the product: configuration, database and migrations, keys, systems, then the HTTP server. Nothing listens before
 * everything stands; whatever was opened is closed again when a later step fails.
 *
 * @example
 * const server = await startServer({ env: process.env, overrides: { server: { port: 0 } } });
 * await server.close();
 */
export async function startServer(options: StartOptions): Promise<RunningServer> {
  const configuration = await readConfiguration(options);
  const platform = await openPlatform(configuration);
  try {
    const server = configuration.get(serverConfig);
    const composition = await composeSystems(platform, chosenSystems(server.systems));
    await composition.start();
    const http = await serveHttp(configuration, platform, composition);
    await platform.jobs.start();
    const address = await listen(http, server);
    return {
      url: reachableUrl(address, server),
      demo: server.demo,
      storage: server.databaseUrl ? withoutPassword(server.databaseUrl) : resolve(server.data),
      close: () => closeAll(http, composition, platform),
    };
  } catch (error) {
    await platform.close();
    throw error;
  }
}

async function serveHttp(
  configuration: Configuration,
  platform: Platform,
  composition: Composition,
): Promise<HttpServer> {
  const { host, port, publicUrl } = configuration.get(serverConfig);
  const http = await createHttpServer({
    config: { ...configuration.get(httpConfig), host, port, publicUrl },
    logger: platform.logger,
    metrics: platform.metrics,
    health: platform.health,
    messages: platform.messages,
    problems: new Map(allSystems.flatMap((system) => Object.entries(system.problems))),
    authenticator: composition.authenticator,
    idempotency: platform.idempotency,
    static: { directory: portalDirectory(), pages: portalPages },
    openapi: { title: 'Tra', version },
    clock: systemClock,
    random: systemRandom,
  });
  await composition.routes(http.app);
  return http;
}

async function listen(http: HttpServer, server: ServerConfig): Promise<string> {
  try {
    return await http.listen();
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code !== 'EADDRINUSE') throw cause;
    throw new ServerError('server.address_in_use', { params: { host: server.host, port: String(server.port) }, cause });
  }
}

async function closeAll(http: HttpServer, composition: Composition, platform: Platform): Promise<void> {
  await http.close();
  await platform.jobs.stop();
  await composition.stop();
  await platform.close();
}

function reachableUrl(address: string, server: ServerConfig): string {
  const { port } = new URL(address);
  const host = ['0.0.0.0', '::', '127.0.0.1', '::1'].includes(server.host) ? 'localhost' : server.host;
  return `http://${host}:${port}`;
}

function withoutPassword(url: string): string {
  const { protocol, host, pathname } = new URL(url);
  return `${protocol}//${host}${pathname}`;
}
