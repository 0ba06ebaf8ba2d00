import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { createSocket } from 'node:dgram';
import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { type AddressInfo, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { chronySource, ntpSource, ntsSource } from '../src/index.ts';
import { machineTime } from '../src/machine-time.ts';
import { type NtsCertificates, ntsCertificates } from './nts-server.ts';

const program = '/usr/sbin/chronyd';
const runs =
  spawnSync(program, ['--version'], { encoding: 'utf8' }).stdout?.includes('+NTS') === true && process.getuid?.() === 0;
if (!runs) process.stderr.write('chronyd with NTS is not here, or this is not root: skipped\n');

const random = { bytes: (length: number): Uint8Array => new Uint8Array(randomBytes(length)) };

async function freeUdpPort(): Promise<number> {
  const socket = createSocket('udp4');
  await new Promise<void>((resolve) => socket.bind(0, '127.0.0.1', resolve));
  const { port } = socket.address() as AddressInfo;
  await new Promise<void>((resolve) => socket.close(() => resolve()));
  return port;
}

async function freeTcpPort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise<void>((resolve) => server.close(() => resolve()));
  return port;
}

/** chrony as a server on this machine that never touches the clock, and as the client's own daemon. */
describe.skipIf(!runs)('chrony', () => {
  let folder = '';
  let certificates: NtsCertificates;
  let daemon: ChildProcess;
  const ports = { ntp: 0, ke: 0, command: 0 };
  const common = { host: '127.0.0.1', timeoutMs: 3000, time: machineTime, random };
  let said = '';

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'tra-chrony-'));
    await chmod(folder, 0o700);
    certificates = await ntsCertificates();
    Object.assign(ports, { ntp: await freeUdpPort(), ke: await freeTcpPort(), command: await freeUdpPort() });
    await writeFile(join(folder, 'server.pem'), certificates.good.cert);
    await writeFile(join(folder, 'server.key'), certificates.good.key, { mode: 0o600 });
    const lines = [
      ...[`port ${ports.ntp}`, 'bindaddress 127.0.0.1', 'allow 127.0.0.1', 'local stratum 3'],
      ...[`ntsport ${ports.ke}`, `ntsservercert ${folder}/server.pem`, `ntsserverkey ${folder}/server.key`],
      ...[`cmdport ${ports.command}`, 'bindcmdaddress 127.0.0.1', `pidfile ${folder}/pid`],
      ...[`ntsdumpdir ${folder}`, 'user root'],
    ];
    await writeFile(join(folder, 'conf'), `${lines.join('\n')}\n`);
    await start();
  }, 30_000);

  async function start(): Promise<void> {
    daemon = spawn(program, ['-x', '-d', '-L', '0', '-f', join(folder, 'conf')], { stdio: ['ignore', 'pipe', 'pipe'] });
    daemon.stderr?.on('data', (text: Buffer) => (said += text.toString()));
    const probe = ntpSource({ name: 'probe', port: ports.ntp, ...common, timeoutMs: 200 });
    for (let attempt = 0; attempt < 100; attempt += 1) {
      if (await probe.ask().catch(() => undefined)) return;
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
    throw new Error(`chronyd does not answer: ${said}`);
  }

  const stop = (): Promise<void> =>
    new Promise((resolve) => {
      daemon.once('exit', () => resolve());
      daemon.kill();
    });

  afterAll(async () => {
    await stop();
    await rm(folder, { recursive: true, force: true });
  });

  it('answers with proof, turn after turn', async () => {
    const source = ntsSource({ name: 'nts', port: ports.ke, ...common, trust: certificates.root });
    for (let turn = 0; turn < 10; turn += 1) {
      const sample = await source.ask();
      expect(Math.abs(sample.offset)).toBeLessThanOrEqual(sample.bound);
    }
  });

  it('gives keys anew after it was started anew', async () => {
    const source = ntsSource({ name: 'nts', port: ports.ke, ...common, timeoutMs: 500, trust: certificates.root });
    await source.ask();
    await stop();
    await rm(join(folder, 'ntskeys'), { force: true });
    await start();
    await expect(source.ask()).rejects.toMatchObject({ code: 'clock.source_cookie_refused' });
    await source.ask();
  }, 30_000);

  it('is read as the chrony of this machine', async () => {
    const command = join(folder, 'chronyc');
    await writeFile(command, `#!/bin/sh\nexec chronyc -h 127.0.0.1 -p ${ports.command} "$@"\n`, { mode: 0o755 });
    const sample = await chronySource({ name: 'chrony:', command, timeoutMs: 5000 }).ask();
    expect(sample).toMatchObject({ offset: 0, leap: 'none', identity: 'chrony:7F7F0101' });
    expect(sample.bound).toBeLessThan(100);
  });
});
