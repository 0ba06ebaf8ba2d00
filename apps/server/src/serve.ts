import { type Configuration, type ServerConfig, serverConfig } from '@tra/platform-config';
import { createHttpServer, type HttpServer, httpConfig } from '@tra/platform-http';
import { systemClock, systemRandom } from '@tra/platform-system';
import type { Composition } from './compose.ts';
import { ServerError } from './errors.ts';
import type { Platform } from './platform.ts';
import { portalDirectory, portalPages } from './portal.ts';
import { allSystems } from './systems.ts';
import { version } from './version.ts';

/** An HTTP server with its routes. */
export interface PreparedServer {
  readonly http: HttpServer;
  /** Accepts connections from now on; the address under which it can be reached on this machine. Throws `server.address_in_use`. */
  listen(): Promise<string>;
}

/** Makes everything that serves the routes of `composition` but the port. */
export async function prepareHttp(
  configuration: Configuration,
  platform: Platform,
  composition: Pick<Composition, 'authenticator' | 'routes'>,
): Promise<PreparedServer> {
  const server = configuration.get(serverConfig);
  const { host, port, publicUrl } = server;
  const http = await createHttpServer({
    config: { ...configuration.get(httpConfig), host, port, publicUrl },
    logger: platform.logger,
    metrics: platform.metrics,
    health: platform.health,
    messages: platform.messages,
    problems: new Map(allSystems.flatMap((system) => Object.entries(system.problems))),
    ...(composition.authenticator ? { authenticator: composition.authenticator } : {}),
    ...(platform.idempotency ? { idempotency: platform.idempotency } : {}),
    static: { directory: portalDirectory(), pages: portalPages },
    openapi: { title: 'Tra', version },
    clock: systemClock,
    random: systemRandom,
  });
  await composition.routes(http.app);
  await http.app.ready();
  return { http, listen: async () => reachableUrl(await listen(http, server), server) };
}

async function listen(http: HttpServer, server: ServerConfig): Promise<string> {
  try {
    return await http.listen();
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code !== 'EADDRINUSE') throw cause;
    throw new ServerError('server.address_in_use', { params: { host: server.host, port: String(server.port) }, cause });
  }
}

function reachableUrl(address: string, server: ServerConfig): string {
  const { port } = new URL(address);
  const host = ['0.0.0.0', '::', '127.0.0.1', '::1'].includes(server.host) ? 'localhost' : server.host;
  return `http://${host}:${port}`;
}
