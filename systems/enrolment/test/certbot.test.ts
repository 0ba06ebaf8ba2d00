import { execFile } from 'node:child_process';
import { X509Certificate } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startWorld, type World } from './world.ts';

const run = promisify(execFile);
const certbot = ['/usr/bin/certbot', '/usr/local/bin/certbot'].find((file) => existsSync(file));

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  return typeof address === 'object' && address ? address.port : 0;
}

// An ACME client that nobody here wrote, over loopback, with a credential as agencies get one.
describe.skipIf(!certbot)('certbot', () => {
  let world: World;
  let folder: string;
  let proofPort: number;
  let directory: string;

  beforeAll(async () => {
    const port = await freePort();
    proofPort = await freePort();
    const publicUrl = `http://127.0.0.1:${port}`;
    world = await startWorld({ acme: 'credential', acmeHttpPort: proofPort }, { publicUrl });
    await world.context.jobs.start();
    await world.app.listen({ host: '127.0.0.1', port });
    directory = `${publicUrl}/acme/directory`;
    folder = await mkdtemp(join(tmpdir(), 'tra-certbot-'));
    world.point('www.agency.go.th');
    world.point('api.agency.go.th');
  });
  afterAll(async () => {
    await world.close();
    await rm(folder, { recursive: true, force: true });
  });

  const call = async (...args: string[]) => {
    const places = ['config', 'work', 'logs'].flatMap((name) => [`--${name}-dir`, join(folder, name)]);
    return await run(certbot ?? '', [...args, '--server', directory, '--non-interactive', ...places], {
      timeout: 60_000,
    });
  };
  const common = [
    'certonly',
    '--standalone',
    '--http-01-port',
    () => String(proofPort),
    '--agree-tos',
    '-m',
    'it@agency.go.th',
  ];
  const enrol = async (...args: string[]) =>
    await call(...common.map((part) => (typeof part === 'string' ? part : part())), ...args);

  it('is refused without a credential, with a wrong one, and outside the names of its own', async () => {
    await expect(enrol('-d', 'www.agency.go.th')).rejects.toMatchObject({
      stderr: expect.stringContaining('external account binding'),
    });
    const wrong = [
      '--eab-kid',
      'AAAAAAAAAAAAAAAAAAAAAA',
      '--eab-hmac-key',
      'AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA',
    ];
    await expect(enrol('-d', 'www.agency.go.th', ...wrong)).rejects.toMatchObject({
      stderr: expect.stringContaining('รหัสลงทะเบียนไม่ถูกต้อง'),
    });
    expect(world.authority.orders).toHaveLength(0);
  }, 120_000);

  it('enrols, renews and revokes', async () => {
    const expiresAt = new Date(Date.now() + 86_400_000).toISOString();
    const { id, secret } = await world.credential({
      kind: 'acme',
      label: 'กรมตัวอย่าง',
      profile: 'tls-server',
      names: ['agency.go.th'],
      expiresAt,
    });
    const eab = ['--eab-kid', id, '--eab-hmac-key', secret];
    await enrol('-d', 'www.agency.go.th', '-d', 'api.agency.go.th', ...eab);
    const live = join(folder, 'config', 'live', 'www.agency.go.th');
    const first = new X509Certificate(await readFile(join(live, 'cert.pem')));
    expect(first.subjectAltName?.split(', ').sort()).toEqual(['DNS:api.agency.go.th', 'DNS:www.agency.go.th']);
    const [root] = (await world.authority.caCertificates()).slice(-1);
    const { toPem } = await import('@tra/pki');
    const { writeFile } = await import('node:fs/promises');
    await writeFile(join(folder, 'root.pem'), toPem('CERTIFICATE', root ?? new Uint8Array()));
    const verify = ['verify', '-x509_strict', '-purpose', 'sslserver', '-verify_hostname', 'api.agency.go.th'];
    const files = ['-CAfile', join(folder, 'root.pem'), '-untrusted', join(live, 'chain.pem'), join(live, 'cert.pem')];
    expect((await run('openssl', [...verify, ...files])).stdout).toContain(': OK');
    await call('renew', '--force-renewal', '--no-random-sleep-on-renew', '--http-01-port', String(proofPort));
    const second = new X509Certificate(await readFile(join(live, 'cert.pem')));
    expect(second.serialNumber).not.toBe(first.serialNumber);
    await call('revoke', '--cert-path', join(live, 'cert.pem'), '--reason', 'superseded', '--no-delete-after-revoke');
    expect(world.authority.revoked.get(second.serialNumber.toLowerCase())).toMatchObject({ reason: 'superseded' });
    const issued = world.authority.orders.length;
    await expect(enrol('-d', 'www.elsewhere.go.th')).rejects.toThrow();
    expect(world.authority.orders).toHaveLength(issued);
  }, 180_000);
});
