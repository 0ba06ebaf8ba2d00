import { mkdtempSync, rmSync } from 'node:fs';
import { connect, createServer, type Server, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openDatabase, sql } from '@tra/platform-storage';
import { testServerUrl } from '@tra/platform-storage/testing';
import { createTestContext } from '@tra/platform-system/testing';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { freePort, type ServerProcess, startServerProcess } from '../../../tools/server-process.ts';
import { timestamp } from '../src/index.ts';
import { createRecords } from '../src/records.ts';
import { createTimestampStore, type TimestampTables } from '../src/store.ts';
import { startLoad } from './load.ts';

let data: string;
const servers: ServerProcess[] = [];
beforeEach(() => {
  data = mkdtempSync(join(tmpdir(), 'tra-tsa-drain-'));
});
afterEach(async () => {
  for (const server of servers.splice(0)) await server.stop();
  rmSync(data, { recursive: true, force: true });
});

async function start(env: NodeJS.ProcessEnv, folder = data): Promise<ServerProcess> {
  const server = await startServerProcess(folder, await freePort(), {
    TRA_SYSTEMS: 'timestamp',
    TRA_HTTP_RATE_LIMIT_PER_ADDRESS: '0',
    TRA_HTTP_DRAIN_DELAY_MS: '1000',
    TRA_HTTP_CLOSE_GRACE_MS: '4000',
    ...env,
  });
  servers.push(server);
  return server;
}

describe.skipIf(testServerUrl)('SIGTERM', () => {
  it('ends the process within 5 seconds; every request is answered, or refused before it is sent', async () => {
    const server = await start({ TRA_TIMESTAMP_RECORDS: 'file', TRA_DATABASE_URL: '' });
    const load = startLoad(() => server.url, 12);
    await load.until(300);
    const before = performance.now();
    const status = await server.stop();
    const seconds = (performance.now() - before) / 1000;
    await load.stop();
    expect(status).toBe(0);
    expect(load.failures).toEqual([]);
    expect(load.refused()).toBeGreaterThan(0);
    // Bound by the settings: what runs 4 seconds after the second in which the balancer looks away is cut, and would be a failure here.
    if (process.env.TRA_TEST_KILLS) console.warn(`SIGTERM: ended after ${seconds.toFixed(1)} s`);
    const database = await openDatabase({ directory: join(data, 'database') });
    const context = await createTestContext(timestamp, { database, config: { records: 'file' } });
    const folder = join(data, 'timestamp-records');
    const records = createRecords({ context, store: createTimestampStore(database), folder });
    await records.start();
    const { files } = await records.verify();
    expect(files).toMatchObject({ unsealed: 0, findings: [] });
    expect(files?.records).toBeGreaterThanOrEqual(load.held.length);
    await context.close();
  }, 90_000);
});

/** A balancer that knows nothing of what it carries: each connection goes to the next server that takes it. */
function startBalancer(ports: readonly number[]): Promise<{ readonly url: string; close(): Promise<void> }> {
  let turn = 0;
  const sockets = new Set<Socket>();
  const join = (client: Socket, first: number, tried = 0): void => {
    const server = connect(ports[(first + tried) % ports.length] ?? 0, '127.0.0.1');
    server.once('connect', () => {
      server.removeAllListeners('error');
      for (const [from, to] of [
        [client, server],
        [server, client],
      ] as const) {
        from.on('error', () => to.destroy());
        from.pipe(to);
      }
    });
    server.once('error', () => (tried + 1 < ports.length ? join(client, first, tried + 1) : client.destroy()));
  };
  const balancer: Server = createServer((client) => {
    sockets.add(client);
    client.once('close', () => sockets.delete(client));
    turn += 1;
    join(client, turn);
  });
  return new Promise((resolve) => {
    balancer.listen(0, '127.0.0.1', () => {
      const address = balancer.address();
      const port = typeof address === 'object' && address ? address.port : 0;
      const close = (): Promise<void> =>
        new Promise((closed) => {
          for (const socket of sockets) socket.destroy();
          balancer.close(() => closed());
        });
      resolve({ url: `http://127.0.0.1:${port}`, close });
    });
  });
}

describe.skipIf(!testServerUrl)('a rolling restart of two processes behind a balancer, one database', () => {
  it.each(['database', 'file'] as const)(
    'records=%s: no request fails, no token is lost, the chains join in the log',
    async (kind) => {
      const url = new URL(testServerUrl ?? '');
      const admin = await openDatabase({ url: url.href });
      const name = `tra_rolling_${process.pid}_${kind}`;
      await sql.raw(`CREATE DATABASE ${name}`).execute(admin.tables());
      url.pathname = `/${name}`;
      const env = { TRA_TIMESTAMP_RECORDS: kind, TRA_DATABASE_URL: url.href };
      // Both processes have the same keys; each has its own folder of records when there are files.
      const nodes = [await start(env)];
      nodes.push(await start(env));
      const ports = nodes.map((node) => Number(new URL(node.url).port));
      const balancer = await startBalancer(ports);
      const load = startLoad(() => balancer.url, 12);
      await load.until(200);
      for (const [index, node] of nodes.entries()) {
        expect(await node.stop()).toBe(0);
        await load.until(load.held.length + 100);
        const next = await startServerProcess(data, ports[index] ?? 0, {
          TRA_SYSTEMS: 'timestamp',
          TRA_HTTP_RATE_LIMIT_PER_ADDRESS: '0',
          TRA_HTTP_DRAIN_DELAY_MS: '1000',
          ...env,
        });
        servers.push(next);
        await load.until(load.held.length + 100);
      }
      await load.stop();
      await balancer.close();
      for (const server of servers.splice(0)) await server.stop();
      expect(load.failures).toEqual([]);
      const database = await openDatabase({ url: url.href });
      const context = await createTestContext(timestamp, { database, config: { records: kind } });
      const records = createRecords({
        context,
        store: createTimestampStore(database),
        folder: join(data, 'timestamp-records'),
      });
      await records.start();
      const report = await records.verify();
      expect(kind === 'file' ? report.files : report).toMatchObject({ records: load.held.length, unsealed: 0 });
      const logged = await database
        .tables<TimestampTables>()
        .selectFrom('timestamp_seals')
        .select('chain')
        .distinct()
        .execute();
      // A process that no connection came to begins no chain.
      expect(logged.length).toBeGreaterThanOrEqual(3);
      expect(new Set(load.held.map(({ serialHex }) => serialHex)).size).toBe(load.held.length);
      await context.close();
      await database.close();
      await sql.raw(`DROP DATABASE ${name} WITH (FORCE)`).execute(admin.tables());
      await admin.close();
    },
    120_000,
  );
});
