import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type RunningServer, startServer } from '@tra/server';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { ApiClient } from '../src/api-client.ts';
import { has, openRoom, type Room, run, sha256, tra } from './pki-world.ts';

const sample = fileURLToPath(new URL('../../../docs/examples/root-ceremony.json', import.meta.url));

let room: Room;
let server: RunningServer;
let data = '';
let operator: ApiClient;

beforeAll(async () => {
  room = await openRoom();
  data = await mkdtemp(join(tmpdir(), 'tra-offline-'));
  server = await startServer({
    env: { TRA_TELEMETRY_LEVEL: 'error', TRA_PKI_ROOT: 'offline', TRA_KEYS_ABSENT_PURPOSES: 'root-ca' },
    overrides: { server: { data, port: 0, host: '127.0.0.1', demo: true, environment: 'development' } },
  });
  operator = new ApiClient(server.url);
  const { items } = await operator.json<{ items: { username: string; password: string; roles?: string[] }[] }>(
    '/api/v1/identity/demo-accounts',
  );
  const account = items.find(({ username }) => username === 'ca.pimchai');
  if (!account) throw new Error('no CA operator among the demo accounts');
  await operator.signIn(account.username, account.password);
}, 60_000);

afterAll(async () => {
  await server?.close();
  await rm(data, { recursive: true, force: true });
  await room?.close();
});

const ready = async (): Promise<number> => (await fetch(`${server.url}/readyz`)).status;

test('the sample script brings a server with an offline root into service', async () => {
  expect(await ready()).toBe(503);
  const csr = await operator.bytes('/api/v1/pki/authorities/issuing/csr');
  await mkdir(room.at('stick'));
  await writeFile(room.at('stick', 'issuing.csr'), csr);
  // What an operator fills in: the day, the holders, the hash of the request.
  const script = JSON.parse(await readFile(sample, 'utf8'));
  script.holders = room.holders.map(({ name, publicKey }) => ({ name, publicKey }));
  const time = (ms: number) => new Date(Date.now() + ms).toISOString().replace(/\.\d+/, '');
  script.window = { from: time(-60_000), to: time(3_600_000) };
  script.steps[1].request.sha256 = sha256(csr);
  const path = room.at('stick', 'root-ceremony.json');
  await writeFile(path, JSON.stringify(script, null, 2));
  await room.approve(path);
  const parts = { TRA_KEYS_PASSPHRASE_1: 'first half of it', TRA_KEYS_PASSPHRASE_2: 'second half of it' };
  const out = room.at('stick', 'results');
  const done = await tra(['pki', 'ceremony', path, '--out', out], parts);
  expect([done.status, done.stderr]).toEqual([0, expect.not.stringContaining('✗')]);
  for (const secret of Object.values(parts)) expect(`${done.stdout}${done.stderr}`).not.toContain(secret);
  await room.attest(out);
  const report = JSON.parse((await tra(['pki', 'ceremony', 'verify', out, '--format', 'json'])).stdout);
  expect(report.verdict).toBe('passed');

  const text = (name: string) => readFile(join(out, name), 'utf8');
  const body = {
    certificate: await text('issuing.pem'),
    root: await text('root.pem'),
    rootCrl: await text('root.crl.pem'),
    rootFingerprint: report.rootSha256,
  };
  const wrong = operator.json('/api/v1/pki/authorities/issuing/certificate', {
    method: 'POST',
    body: { ...body, rootFingerprint: report.head },
  });
  await expect(wrong).rejects.toMatchObject({ code: 'pki.import_fingerprint' });
  const imported = await operator.json('/api/v1/pki/authorities/issuing/certificate', { method: 'POST', body });
  expect(imported).toMatchObject({ id: 'issuing', state: 'active', parent: 'root' });
  await expect.poll(ready, { timeout: 20_000 }).toBe(200);

  const published = await fetch(`${server.url}/pki/chain.pem`);
  expect(published.status).toBe(200);
  await writeFile(join(out, 'published-chain.txt'), await published.text());
  await writeFile(
    join(out, 'published-list.txt'),
    Buffer.from(await (await fetch(`${server.url}/pki/crl/issuing.crl`)).arrayBuffer()),
  );
  if (!has('openssl')) return;
  const verified = run(
    out,
    'openssl',
    'verify',
    '-x509_strict',
    '-CAfile',
    'root.pem',
    '-crl_check',
    '-CRLfile',
    'root.crl.pem',
    'issuing.pem',
  );
  expect(verified).toContain('issuing.pem: OK');
  expect(
    run(out, 'openssl', 'crl', '-inform', 'DER', '-in', 'published-list.txt', '-CAfile', 'issuing.pem', '-noout'),
  ).toContain('verify OK');
  // A time-stamp of the running server leads up to the root that never was on it.
  await writeFile(join(out, 'data.txt'), 'hello');
  run(out, 'openssl', 'ts', '-query', '-data', 'data.txt', '-sha256', '-cert', '-out', 'request.tsq');
  const reply = await fetch(`${server.url}/timestamp`, {
    method: 'POST',
    headers: { 'content-type': 'application/timestamp-query' },
    body: await readFile(join(out, 'request.tsq')),
  });
  await writeFile(join(out, 'reply.tsr'), Buffer.from(await reply.arrayBuffer()));
  const stamped = ['-data', 'data.txt', '-in', 'reply.tsr', '-CAfile', 'root.pem', '-untrusted', 'issuing.pem'];
  expect(run(out, 'openssl', 'ts', '-verify', ...stamped)).toContain('Verification: OK');
});
