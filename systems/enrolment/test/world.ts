import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createOutbound } from '@tra/platform-outbound';
import { asPrincipal, type StartedSystem, startTestSystem } from '@tra/platform-system/testing';
import { type EnrolmentConfig, type EnrolmentServices, enrolment } from '../src/index.ts';
import { AcmeClient } from './acme-client.ts';
import { type TestAuthority, testAuthority } from './authority.ts';
import { type NameServer, startNameServer } from './name-server.ts';

/** The system with a CA, a name server and a web server that clients can put proofs on. */
export interface World extends StartedSystem<EnrolmentConfig, EnrolmentServices> {
  readonly authority: TestAuthority;
  readonly names: NameServer;
  /** What the web server answers, by path. */
  readonly pages: Map<string, string>;
  client(): Promise<AcmeClient>;
  /** Lets `name` lead to this machine. */
  point(name: string): void;
  credential(body: Record<string, unknown>): Promise<{ id: string; secret: string }>;
}

/** Starts the world; `publicUrl` must be known beforehand when it is to listen. */
export async function startWorld(
  config: Partial<EnrolmentConfig> = {},
  { publicUrl = 'http://localhost:8420' }: { readonly publicUrl?: string } = {},
): Promise<World> {
  const authority = await testAuthority();
  const names = await startNameServer();
  const pages = new Map<string, string>();
  const web: Server = createServer((request, response) => {
    const page = pages.get(request.url ?? '');
    if (page?.startsWith('http')) response.writeHead(302, { location: page }).end();
    else response.writeHead(page === undefined ? 404 : 200).end(page);
  });
  await new Promise<void>((resolve) => web.listen(0, '127.0.0.1', resolve));
  const outbound = createOutbound({ allowedNetworks: ['127.0.0.1/32'], resolvers: [names.address], timeoutMs: 2_000 });
  const system = await startTestSystem(
    enrolment,
    { certificates: authority },
    {
      outbound,
      config: { acme: 'open', acmeHttpPort: (web.address() as AddressInfo).port, ...config },
      server: { publicUrl },
      http: { rateLimitPerAddress: 0, rateLimitPerAccount: 0 },
    },
  );
  const { app } = system;
  return {
    ...system,
    authority,
    names,
    pages,
    client: async () => await AcmeClient.create(app, publicUrl),
    point: (name) => void names.records.set(`A ${name}`, [{ type: 'A', name, ttl: 0, data: '127.0.0.1' }]),
    credential: async (body) => {
      const response = await app.inject({
        method: 'POST',
        url: '/api/v1/enrolment/credentials',
        headers: asPrincipal('registrar-1', 'registrar'),
        payload: body,
      });
      if (response.statusCode !== 201) throw new Error(response.body);
      return response.json();
    },
    close: async () => {
      web.closeAllConnections();
      web.close();
      names.close();
      await system.close();
    },
  };
}
