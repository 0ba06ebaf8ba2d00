import { randomBytes } from 'node:crypto';
import { mkdir, open, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { type BlobStore, createFileBlobStore, createS3BlobStore } from '@tra/platform-blobs';
import { KEY_PURPOSES, type KeyStore, openFileKeyStore, openPkcs11KeyStore, routeKeyStores } from '@tra/platform-keys';
import { systemRandom } from '@tra/platform-system';
import type { Logger } from '@tra/platform-telemetry';
import type { BlobsConfig, KeysConfig } from './config.ts';
import { ServerError } from './errors.ts';

/** Opens the key stores: files, a token for the purposes that are to be there, nothing for those kept away from this server. */
export async function openKeys(
  data: string,
  config: KeysConfig,
  { production, logger }: { readonly production: boolean; readonly logger: Logger },
): Promise<KeyStore> {
  const { pkcs11Purposes, absentPurposes } = config;
  const both = pkcs11Purposes.find((purpose) => absentPurposes.includes(purpose));
  if (both) throw new ServerError('server.keys_purpose_twice', { params: { purpose: both } });
  const inFiles = KEY_PURPOSES.some((purpose) => ![...pkcs11Purposes, ...absentPurposes].includes(purpose));
  const files = inFiles ? await openFiles(data, config, production) : undefined;
  if (pkcs11Purposes.length === 0 && absentPurposes.length === 0 && files) return files;
  const token = pkcs11Purposes.length > 0 ? await openToken(config, logger) : undefined;
  const routes = [
    { purposes: pkcs11Purposes, store: token },
    { purposes: absentPurposes, store: undefined },
  ];
  return routeKeyStores(routes, files);
}

function openToken(config: KeysConfig, logger: Logger): Promise<KeyStore> {
  const { pkcs11Library: library, pkcs11Token: tokenLabel, pkcs11Pin: pin, pkcs11PinFile: pinFile } = config;
  if (!library || !tokenLabel) throw new ServerError('server.keys_token_missing');
  return openPkcs11KeyStore({
    library,
    tokenLabel,
    pin: { ...(pin ? { pin } : {}), ...(pinFile ? { pinFile } : {}) },
    sessions: config.pkcs11Sessions,
    changed: (state, reason = '') => {
      if (state === 'available') logger.info({ token: tokenLabel }, 'The key token is back');
      else
        logger.error({ token: tokenLabel, reason }, 'The key token is not available; nothing is signed with its keys');
    },
  });
}

/** Opens the key files. In development a key file is generated once beside the keys. */
async function openFiles(data: string, config: KeysConfig, production: boolean): Promise<KeyStore> {
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
