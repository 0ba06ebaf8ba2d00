import { randomBytes } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe } from 'vitest';
import { type KeyStore, openFileKeyStore, routeKeyStores } from '../src/index.ts';
import { createMemoryKeyStore } from '../src/testing.ts';
import { describeKeyStore } from './key-store-contract.ts';
import { createTestToken, reason, type TestToken } from './pkcs11/softhsm.ts';

const random = { bytes: (length: number): Uint8Array => new Uint8Array(randomBytes(length)) };
let directory: string;

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'tra-keys-'));
  await writeFile(join(directory, 'secret'), Buffer.alloc(32, 5));
});
afterEach(() => rm(directory, { recursive: true, force: true }));

const openFiles = (): Promise<KeyStore> =>
  openFileKeyStore({ directory: join(directory, 'keys'), secret: { keyFile: join(directory, 'secret') }, random });

describeKeyStore('file store', openFiles);

describe('memory store', () => {
  let store: KeyStore;
  beforeEach(() => {
    store = createMemoryKeyStore();
  });
  describeKeyStore('memory store', async () => store);
});

describe.skipIf(reason)(`PKCS#11 store${reason ? ` (${reason})` : ''}`, () => {
  let token: TestToken;
  beforeEach(async () => {
    token = await createTestToken();
  });
  afterEach(() => token.remove());
  describeKeyStore('PKCS#11 store', () => token.open());
});

describe('two stores by purpose', () => {
  let stores: [KeyStore, KeyStore];
  beforeEach(() => {
    stores = [createMemoryKeyStore(), createMemoryKeyStore()];
  });
  const purposes = ['time-stamping', 'document-signing'] as const;
  describeKeyStore('two stores by purpose', async () => routeKeyStores([{ purposes, store: stores[0] }], stores[1]));
});
