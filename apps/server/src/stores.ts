import { randomBytes } from 'node:crypto';
import { mkdir, open, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { type BlobStore, createFileBlobStore, createS3BlobStore } from '@tra/platform-blobs';
import { type KeyStore, openFileKeyStore } from '@tra/platform-keys';
import { systemRandom } from '@tra/platform-system';
import type { BlobsConfig, KeysConfig } from './config.ts';
import { ServerError } from './errors.ts';

/** Opens the key store. In development a key file is generated once beside the keys. */
export async function openKeys(data: string, config: KeysConfig, production: boolean): Promise<KeyStore> {
  const directory = join(data, 'keys');
  await mkdir(directory, { recursive: true, mode: 0o700 });
  const random = systemRandom;
  if (config.passphrase) return openFileKeyStore({ directory, secret: { passphrase: config.passphrase }, random });
  if (config.file) return openFileKeyStore({ directory, secret: { keyFile: config.file }, random });
  if (production) throw new ServerError('server.keys_secret_missing');
  const keyFile = join(directory, 'development.secret');
  await createSecretFile(keyFile);
  return openFileKeyStore({ directory, secret: { keyFile }, random });
}

async function createSecretFile(path: string): Promise<void> {
  if (await stat(path).catch(() => undefined)) return;
  const file = await open(path, 'wx', 0o600);
  try {
    await file.writeFile(randomBytes(32));
    await file.sync();
  } finally {
    await file.close();
  }
}

/** Opens the place where documents and attachments are kept. */
export async function openBlobs(data: string, config: BlobsConfig): Promise<BlobStore> {
  if (config.store === 's3') return createS3BlobStore(config);
  const directory = join(data, 'blobs');
  await mkdir(directory, { recursive: true, mode: 0o700 });
  return createFileBlobStore({ directory });
}
