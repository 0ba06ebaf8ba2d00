import { mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { type RunningServer, type StartOptions, startServer } from '../src/index.ts';

let data = '';
let running: RunningServer | undefined;

beforeEach(async () => {
  data = await mkdtemp(join(tmpdir(), 'tra-server-'));
});

afterEach(async () => {
  await running?.close();
  running = undefined;
  await rm(data, { recursive: true, force: true });
});

/** Starts on a free port with an own folder; values of `server` and `env` change it. */
async function start(
  server: Record<string, unknown> = {},
  options: Partial<StartOptions> = {},
): Promise<RunningServer> {
  running = await startServer({
    env: { TRA_TELEMETRY_LEVEL: 'silent' },
    ...options,
    overrides: { server: { port: 0, data, ...server } },
  });
  return running;
}

const get = (path: string, headers: Record<string, string> = {}): Promise<Response> =>
  fetch(`${running?.url}${path}`, { headers });

test('everything answers, and what was created once is there again after a restart', async () => {
  await start();
  expect((await get('/healthz')).status).toBe(200);
  expect((await get('/readyz')).status).toBe(200);
  expect(await (await get('/metrics')).text()).toContain('process_cpu');
  const description = (await (await get('/api/openapi.json')).json()) as { openapi: string; paths: object };
  expect(description.openapi).toMatch(/^3\.1/);
  expect(Object.keys(description.paths)).toContain('/api/v1/validations');
  const root = await (await get('/pki/root.pem')).text();
  expect(root).toContain('BEGIN CERTIFICATE');
  expect(await (await get('/', { accept: 'text/html' })).text()).toContain('<html lang="th"');
  await running?.close();
  await start();
  expect(await (await get('/pki/root.pem')).text()).toBe(root);
});

test('only the named systems are served; what they need runs silently', async () => {
  await start({ systems: ['timestamp'] });
  expect((await get('/timestamp/chain.pem')).status).toBe(200);
  expect((await get('/pki/root.pem', { accept: 'application/json' })).status).toBe(404);
  expect((await get('/api/v1/licensing/services', { accept: 'application/json' })).status).toBe(404);
  const ready = (await (await get('/readyz?system=timestamp')).json()) as { checks: object };
  expect(Object.keys(ready.checks).sort()).toEqual(['clock', 'database', 'keys', 'timestamp']);
  for (const other of ['pki', 'licensing', 'database', ''])
    expect((await get(`/readyz?system=${other}`)).status, other).toBe(404);
});

test('secrets on disk are readable by their owner only and hold no plain key', async () => {
  await start();
  for (const name of await readdir(join(data, 'keys'))) {
    const path = join(data, 'keys', name);
    expect((await stat(path)).mode & 0o077, name).toBe(0);
    expect(await readFile(path, 'latin1')).not.toContain('PRIVATE KEY');
  }
});

test('a second server on the same folder is refused by name', async () => {
  await start();
  await expect(
    startServer({ env: { TRA_TELEMETRY_LEVEL: 'silent' }, overrides: { server: { port: 0, data } } }),
  ).rejects.toMatchObject({
    code: 'storage.directory_locked',
  });
});

test('a port in use is refused by name, and the folder is free again', async () => {
  const taken = createServer();
  await new Promise<void>((resolve) => taken.listen(0, '127.0.0.1', resolve));
  const { port } = taken.address() as { port: number };
  await expect(start({ port })).rejects.toMatchObject({
    code: 'server.address_in_use',
    params: { port: String(port) },
  });
  await new Promise((resolve) => taken.close(resolve));
  await start({ port });
  expect((await get('/healthz')).status).toBe(200);
});

test.each([
  ['demo mode in production', { environment: 'production', demo: true }, {}, 'server.demo_in_production'],
  ['production without a key secret', { environment: 'production' }, {}, 'server.keys_secret_missing'],
  ['an unknown system', { systems: ['teleport'] }, {}, 'server.system_unknown'],
  ['a misspelt setting', {}, { TRA_PROT: '8420' }, 'config.unknown_key'],
  ['a port that is none', {}, { TRA_HTTP_BODY_LIMIT_BYTES: 'many' }, 'config.invalid_value'],
])('%s stops the start', async (_name, server, env, code) => {
  await expect(start(server, { env: { TRA_TELEMETRY_LEVEL: 'silent', ...env } })).rejects.toMatchObject({ code });
});

test('production starts with a passphrase and has no demo accounts', async () => {
  const env = { TRA_TELEMETRY_LEVEL: 'silent', TRA_KEYS_PASSPHRASE: 'a long passphrase for this test' };
  // Nobody would watch the clock, and nothing says that this is meant.
  await expect(start({ environment: 'production' }, { env })).rejects.toMatchObject({
    code: 'timestamp.clock_unsupervised',
  });
  await start({ environment: 'production' }, { env: { ...env, TRA_TIMESTAMP_UNSUPERVISED_CLOCK: 'accept' } });
  expect(running?.demo).toBe(false);
  expect((await get('/api/v1/identity/demo-accounts', { accept: 'application/json' })).status).toBe(404);
});

test('a file with settings is read, and the environment wins over it', async () => {
  const file = join(data, 'settings.json');
  await writeFile(file, JSON.stringify({ server: { publicUrl: 'https://file.example' }, pki: {} }));
  await start({}, { file });
  expect(running?.url).toMatch(/^http:\/\/localhost:\d+$/);
});
