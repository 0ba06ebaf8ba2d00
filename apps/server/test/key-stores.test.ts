import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { KeysConfig } from '../src/config.ts';
import { openKeys } from '../src/stores.ts';

const library = '/usr/lib/softhsm/libsofthsm2.so';
const config: KeysConfig = {
  passphrase: '',
  file: '',
  pkcs11Purposes: [],
  absentPurposes: [],
  pkcs11Library: library,
  pkcs11Token: 'tra-server',
  pkcs11Pin: '24680',
  pkcs11PinFile: '',
  pkcs11Sessions: 2,
};
const lines: unknown[] = [];
const note = (fields: object): void => void lines.push(fields);
const logger = { debug: note, info: note, warn: note, error: note, child: () => logger };
let data: string;

beforeEach(async () => {
  data = await mkdtemp(join(tmpdir(), 'tra-stores-'));
});
afterEach(() => rm(data, { recursive: true, force: true }));

const open = (more: Partial<KeysConfig>, production = false) =>
  openKeys(data, { ...config, ...more }, { production, logger });

describe('key stores of the server', () => {
  it('are files in development without any setting, and nothing without a secret in production', async () => {
    await open({});
    await expect(open({}, true)).rejects.toMatchObject({ code: 'server.keys_secret_missing' });
  });

  it('refuse a configuration that contradicts itself or is not complete', async () => {
    const twice = { pkcs11Purposes: ['root-ca'], absentPurposes: ['root-ca'] } as const;
    await expect(open(twice)).rejects.toMatchObject({ code: 'server.keys_purpose_twice' });
    const nowhere = { pkcs11Purposes: ['issuing-ca'], pkcs11Token: '' } as const;
    await expect(open(nowhere)).rejects.toMatchObject({ code: 'server.keys_token_missing' });
  });

  it('keep an offline root away', async () => {
    const keys = await open({ absentPurposes: ['root-ca'] });
    const options = { algorithm: 'ed25519', purpose: 'root-ca' } as const;
    await expect(keys.create('root', options)).rejects.toMatchObject({ code: 'keys.purpose_absent' });
    await keys.create('unit', { algorithm: 'ed25519', purpose: 'time-stamping' });
  });

  it.skipIf(!existsSync(library))('put the keys of an issuing authority into the token', async () => {
    const conf = join(data, 'softhsm2.conf');
    await writeFile(conf, `directories.tokendir = ${data}\nobjectstore.backend = file\n`);
    process.env.SOFTHSM2_CONF = conf;
    const init = ['--init-token', '--free', '--label', 'tra-server', '--pin', '24680', '--so-pin', '87654321'];
    execFileSync('softhsm2-util', init, { stdio: 'ignore' });
    const keys = await open({ pkcs11Purposes: ['issuing-ca'] });
    try {
      await keys.create('issuing-1', { algorithm: 'ecdsa-p256-sha256', purpose: 'issuing-ca' });
      await keys.create('unit', { algorithm: 'ecdsa-p256-sha256', purpose: 'time-stamping' });
      const files = (await readdir(join(data, 'keys'))).filter((name) => name.endsWith('.key'));
      expect(files).toEqual(['unit.key']);
      expect((await keys.list()).map(({ label }) => label)).toEqual(['issuing-1', 'unit']);
      expect(JSON.stringify(lines)).not.toContain('24680');
    } finally {
      await keys.close();
      delete process.env.SOFTHSM2_CONF;
    }
  });
});
