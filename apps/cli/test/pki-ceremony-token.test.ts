import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { parseCertificate } from '@tra/pki';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { caRequest, issuingStep, openRoom, type Room, rootStep, sha256, tra } from './pki-world.ts';

const library = [
  '/usr/lib/softhsm/libsofthsm2.so',
  '/usr/lib/x86_64-linux-gnu/softhsm/libsofthsm2.so',
  '/usr/lib/aarch64-linux-gnu/softhsm/libsofthsm2.so',
].find((path) => existsSync(path));

function withoutToken(): string | undefined {
  if (!library) return 'softhsm2 is not installed';
  try {
    createRequire(new URL('../../../platform/keys/src/index.ts', import.meta.url))('pkcs11js');
    return undefined;
  } catch {
    return 'pkcs11js is not installed';
  }
}

const reason = withoutToken();
if (reason && process.env.CI) throw new Error(`the ceremony with a token cannot be tested: ${reason}`);
if (reason) process.stderr.write(`The ceremony with a token is not tested: ${reason}\n`);

describe.skipIf(reason)('a ceremony with the root in a token', () => {
  let room: Room;
  const before = process.env.SOFTHSM2_CONF;
  const pin = '73519';

  beforeAll(async () => {
    room = await openRoom();
    await mkdir(room.at('tokens'), { mode: 0o700 });
    const config = room.at('softhsm2.conf');
    await writeFile(
      config,
      `directories.tokendir = ${room.at('tokens')}\nobjectstore.backend = file\nlog.level = ERROR\n`,
    );
    process.env.SOFTHSM2_CONF = config;
    const make = ['--init-token', '--free', '--label', 'root', '--pin', pin, '--so-pin', '87654321'];
    execFileSync('softhsm2-util', make, { stdio: 'pipe' });
    await writeFile(room.at('pin'), `${pin}\n`);
  });

  afterAll(async () => {
    if (before === undefined) delete process.env.SOFTHSM2_CONF;
    else process.env.SOFTHSM2_CONF = before;
    await room.close();
  });

  test('makes the root where its key never leaves, once, and never says the PIN', async () => {
    const csr = await caRequest();
    await writeFile(room.at('issuing.csr'), csr);
    const keys = { store: 'pkcs11', library, token: 'root', record: 'carried-out' };
    const steps = [rootStep, issuingStep(sha256(csr)), { do: 'issue-crl', number: 1, days: 90 }, { do: 'close' }];
    const script = await room.script('token.json', { keys, steps });
    await room.approve(script);
    const carryOut = (out: string) =>
      tra(['pki', 'ceremony', script, '--out', room.at(out), '--keys-passphrase-file', room.at('pin')]);
    const done = await carryOut('out');
    expect([done.status, done.stderr]).toEqual([0, expect.not.stringContaining('✗')]);
    expect(`${done.stdout}${done.stderr}`).not.toContain(pin);
    expect(parseCertificate(await readFile(room.at('out', 'issuing.crt'))).isCa).toBe(true);
    expect((await tra(['pki', 'ceremony', 'verify', room.at('out')])).status).toBe(2);
    expect((await carryOut('again')).stderr).toContain('was carried out before');
    const destroy = await room.script('destroy.json', { keys, steps: [rootStep, { do: 'close', destroyKey: true }] });
    await room.approve(destroy);
    const refused = await room.ceremony(destroy, room.at('destroyed'));
    expect([refused.status, refused.stderr]).toEqual([1, expect.stringContaining('tools of its maker')]);
  });
});
