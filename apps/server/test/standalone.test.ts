import { randomBytes } from 'node:crypto';
import { existsSync, writeFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { bringUnitInto } from '../../../systems/timestamp/test/harness.ts';
import { type RunningServer, startServer, withAccounts } from '../src/index.ts';

let data = '';
let running: RunningServer | undefined;

beforeEach(async () => {
  data = await mkdtemp(join(tmpdir(), 'tra-standalone-'));
});

afterEach(async () => {
  await running?.close();
  running = undefined;
  await rm(data, { recursive: true, force: true });
});

const silent = { TRA_TELEMETRY_LEVEL: 'silent' };
const overridesFor = (folder: string) => ({ server: { port: 0, data: folder } });

/** Starts; what is undefined is not set. */
async function start(env: NodeJS.ProcessEnv): Promise<RunningServer> {
  running = await startServer({ env: { ...silent, ...env }, overrides: overridesFor(data) });
  return running;
}

const get = (path: string): Promise<Response> =>
  fetch(`${running?.url}${path}`, { headers: { accept: 'application/json' } });

const settings = (units: string): NodeJS.ProcessEnv => ({
  ...{ TRA_STORAGE: 'none', TRA_SYSTEMS: 'timestamp', TRA_TIMESTAMP_RECORDS: 'file' },
  ...{ TRA_TIMESTAMP_SUBSCRIBERS: 'off', TRA_TIMESTAMP_UNIT_CERTIFICATES: units },
});

const stamp = async (): Promise<{ status: number; body: { token?: string } }> => {
  const reply = await fetch(`${running?.url}/api/v1/timestamp/tokens`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ algorithm: 'sha256', digest: randomBytes(32).toString('hex') }),
  });
  return { status: reply.status, body: (await reply.json()) as { token?: string } };
};

test('stamps with a unit that was brought here, in production as well, and opens no database', async () => {
  const env = await bringUnitInto(data);
  await start(env);
  expect(await stamp()).toMatchObject({ status: 200 });
  expect(running?.demo).toBe(false);
  const ready = (await (await get('/readyz')).json()) as { status: string; checks: object };
  expect(ready.status).toBe('ready');
  expect(Object.keys(ready.checks).sort()).toEqual(['clock', 'keys', 'timestamp']);
  expect((await get('/readyz?system=timestamp')).status).toBe(200);
  expect((await (await get('/timestamp/chain.pem')).text()).match(/BEGIN CERTIFICATE/g)).toHaveLength(3);
  expect((await get('/api/v1/identity/session')).status).toBe(404);
  expect((await get('/api/v1/timestamp/subscribers')).status).toBe(404);
  await running?.close();
  await start({ ...env, TRA_ENV: 'production', TRA_TIMESTAMP_UNSUPERVISED_CLOCK: 'accept' });
  expect(await stamp()).toMatchObject({ status: 200 });
  expect(existsSync(join(data, 'database'))).toBe(false);
});

test.each([
  ['a database', { TRA_DATABASE_URL: 'postgresql://nowhere/tra' }, 'TRA_DATABASE_URL'],
  ['another system', { TRA_SYSTEMS: 'timestamp,log' }, 'TRA_SYSTEMS'],
  ['all systems', { TRA_SYSTEMS: '' }, 'TRA_SYSTEMS'],
  ['records in the database', { TRA_TIMESTAMP_RECORDS: 'database' }, 'TRA_TIMESTAMP_RECORDS'],
  ['no records', { TRA_TIMESTAMP_RECORDS: 'none' }, 'TRA_TIMESTAMP_RECORDS'],
  ['subscribers', { TRA_TIMESTAMP_SUBSCRIBERS: 'on' }, 'TRA_TIMESTAMP_SUBSCRIBERS'],
  ['no units', { TRA_TIMESTAMP_UNIT_CERTIFICATES: '' }, 'TRA_TIMESTAMP_UNIT_CERTIFICATES'],
])('without a database, %s is refused by the name of the setting', async (_name, env, key) => {
  await expect(start({ ...settings(join(data, 'units.pem')), ...env })).rejects.toMatchObject({
    code: 'server.storage_needed',
    params: { key },
  });
});

test('accounts need a database, and say so', async () => {
  const env = { ...silent, ...settings(join(data, 'units.pem')) };
  await expect(
    withAccounts({ env, overrides: overridesFor(data) }, async (accounts) => accounts.findByUsername('somebody')),
  ).rejects.toMatchObject({ code: 'server.storage_needed' });
});

test('a file without certificates, or without the key of one, stops the start', async () => {
  const units = join(data, 'units.pem');
  await expect(start(settings(units))).rejects.toMatchObject({ code: 'server.certificates_unreadable' });
  writeFileSync(units, 'nothing');
  await expect(start(settings(units))).rejects.toMatchObject({ code: 'server.certificates_unreadable' });
  await rm(join(data, 'keys'), { recursive: true });
  const env = await bringUnitInto(data);
  await rm(join(data, 'keys'), { recursive: true });
  await expect(start(env)).rejects.toMatchObject({ code: 'timestamp.unit_missing' });
});
