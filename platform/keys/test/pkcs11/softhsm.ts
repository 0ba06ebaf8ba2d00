import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { KeyStore } from '../../src/index.ts';
import { openPkcs11KeyStore, type Pkcs11KeyStoreOptions } from '../../src/index.ts';

const places = [
  '/usr/lib/softhsm/libsofthsm2.so',
  '/usr/lib/x86_64-linux-gnu/softhsm/libsofthsm2.so',
  '/usr/lib/aarch64-linux-gnu/softhsm/libsofthsm2.so',
];
export const library: string = places.find((path) => existsSync(path)) ?? '';

function withoutToken(): string | undefined {
  if (!library) return 'softhsm2 is not installed';
  try {
    createRequire(import.meta.url)('pkcs11js');
    return undefined;
  } catch {
    return 'pkcs11js is not installed';
  }
}

/** Why the token tests cannot run here. In CI that is a failure, elsewhere a notice. */
export const reason: string | undefined = withoutToken();
if (reason) {
  if (process.env.CI) throw new Error(`PKCS#11 tests cannot run: ${reason}`);
  process.stderr.write(`PKCS#11 tests are skipped: ${reason}\n`);
}

export const pin = '73519';

/** A token of softhsm2 in a folder of its own. */
export interface TestToken {
  readonly folder: string;
  readonly environment: Readonly<Record<string, string>>;
  readonly tokenLabel: string;
  /** Runs softhsm2-util on it. */
  util(...args: string[]): string;
  open(more?: Partial<Pkcs11KeyStoreOptions>): Promise<KeyStore>;
  remove(): Promise<void>;
}

export async function createTestToken(tokenLabel = 'tra-test'): Promise<TestToken> {
  const folder = await mkdtemp(join(tmpdir(), 'tra-token-'));
  const config = join(folder, 'softhsm2.conf');
  await writeFile(config, `directories.tokendir = ${folder}\nobjectstore.backend = file\nlog.level = ERROR\n`);
  const environment = { SOFTHSM2_CONF: config };
  const util = (...args: string[]): string =>
    execFileSync('softhsm2-util', args, { env: { ...process.env, ...environment }, encoding: 'utf8', stdio: 'pipe' });
  util('--init-token', '--free', '--label', tokenLabel, '--pin', pin, '--so-pin', '87654321');
  const opened: KeyStore[] = [];
  return {
    folder,
    environment,
    tokenLabel,
    util,
    open: async (more = {}) => {
      const quick = { limits: { reconnectMs: 50 } };
      const store = await openPkcs11KeyStore({ library, tokenLabel, pin: { pin }, environment, ...quick, ...more });
      opened.push(store);
      return store;
    },
    remove: async () => {
      for (const store of opened) await store.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
}
