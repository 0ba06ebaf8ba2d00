import { existsSync } from 'node:fs';
import { createServer } from 'node:net';
import { resolve } from 'node:path';
import { type Configuration, loadConfig, serverConfig } from '@tra/platform-config';
import type { HttpServer } from '@tra/platform-http';
import type { Messages } from '@tra/platform-i18n';
import { systemCode } from './code.ts';
import type { Composition } from './compose.ts';
import { openPlatform, type Platform } from './platform.ts';
import type { prepareHttp } from './serve.ts';
import { composeStandalone, isStandalone, requireStandalone } from './standalone.ts';
import { allSections, chosenSystems } from './systems.ts';

/** Where the settings of a server come from. */
export interface StartOptions {
  readonly env: NodeJS.ProcessEnv;
  /** Path of a JSON file with settings. */
  readonly file?: string;
  /** Values of a command line, by section and key. */
  readonly overrides?: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
  /** The words of the product, when they are read already. */
  readonly messages?: Messages;
  /** Called when requests are answered, shortly before everything behind them stands: from now on an end must be an orderly one. */
  readonly listening?: () => void;
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
 * Starts the product: while the database opens and its tables are brought up to date, keys, systems and routes are made. Nothing is asked of the
 * database before, and nothing listens before the systems that are served stand; those behind them and the queue follow. Whatever was opened is closed again when a later step fails.
 *
 * @example
 * const server = await startServer({ env: process.env, overrides: { server: { port: 0 } } });
 * await server.close();
 */
export async function startServer(options: StartOptions): Promise<RunningServer> {
  const configuration = await readConfiguration(options);
  const server = configuration.get(serverConfig);
  const chosen = chosenSystems(server.systems);
  const standalone = isStandalone(server);
  if (standalone) requireStandalone(configuration, server);
  const opening = openPlatform(configuration, options.messages);
  const loading = standalone ? loadStandalone() : loadCode(chosen);
  loading.catch(() => undefined);
  const platform = await opening;
  let undo = (): Promise<void> => platform.close();
  try {
    const { compose, prepareHttp } = await loading;
    const composition = await compose(platform);
    const { http, listen } = await prepareHttp(configuration, platform, composition);
    undo = async () => {
      await http.close();
      await platform.close();
    };
    await platform.migrated;
    await composition.start();
    const url = await listen();
    undo = () => closeAll(http, composition, platform);
    options.listening?.();
    await composition.startOthers();
    await platform.jobs.start();
    return {
      url,
      demo: server.demo && !standalone,
      storage: server.databaseUrl ? withoutPassword(server.databaseUrl) : resolve(server.data),
      close: undo,
    };
  } catch (error) {
    await undo();
    throw error;
  }
}

/** What is loaded while the database opens. */
interface LoadedCode {
  compose(platform: Platform): Promise<Composition>;
  readonly prepareHttp: typeof prepareHttp;
}

async function loadCode(chosen: ReadonlySet<string>): Promise<LoadedCode> {
  const [{ composeSystems }, { prepareHttp }] = await Promise.all([
    import('./compose.ts'),
    import('./serve.ts'),
    import('./code.ts').then(({ loadSystems }) => loadSystems(chosen)),
  ]);
  return { compose: (platform) => composeSystems(platform, chosen), prepareHttp };
}

async function loadStandalone(): Promise<LoadedCode> {
  const [{ prepareHttp }] = await Promise.all([import('./serve.ts'), systemCode.timestamp()]);
  return { compose: composeStandalone, prepareHttp };
}

async function closeAll(http: HttpServer, composition: Composition, platform: Platform): Promise<void> {
  await http.close();
  await platform.jobs.stop();
  await composition.stop();
  await platform.close();
}

function withoutPassword(url: string): string {
  const { protocol, host, pathname } = new URL(url);
  return `${protocol}//${host}${pathname}`;
}
