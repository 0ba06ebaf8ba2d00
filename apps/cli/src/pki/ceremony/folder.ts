import { readdir, readFile, stat } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { type KeyStore, openFileKeyStore, openPkcs11KeyStore } from '@tra/platform-keys';
import { systemRandom } from '@tra/platform-system';
import { UsageError } from '../../usage-error.ts';
import { isFileError } from '../durable.ts';
import { readBytes } from '../files.ts';
import { CeremonyError } from './errors.ts';
import { type HolderStatement, readStatements } from './holder-key.ts';
import { inputsOf, type ReadScript, readScript, sha256Hex } from './script.ts';
import type { ScriptKeys } from './script-types.ts';

/** A script with the files that it pins. */
export interface LoadedScript {
  readonly read: ReadScript;
  readonly inputs: ReadonlyMap<string, Uint8Array>;
  /** Folder of the script: other folders are relative to it. */
  readonly folder: string;
}

/** Reads a script and its files. Rejects with `cli.ceremony.input_missing` or `cli.ceremony.input_changed` naming the file. */
export async function loadScript(path: string): Promise<LoadedScript> {
  const read = readScript(await readBytes(path));
  const folder = dirname(resolve(path));
  const inputs = new Map<string, Uint8Array>();
  for (const { file, sha256 } of inputsOf(read.script)) {
    const bytes = await readFile(join(folder, file)).catch((cause: unknown) => {
      throw new CeremonyError('cli.ceremony.input_missing', { params: { file }, cause });
    });
    const actual = sha256Hex(bytes);
    if (actual !== sha256) throw new CeremonyError('cli.ceremony.input_changed', { params: { file, sha256, actual } });
    inputs.set(file, bytes);
  }
  return { read, inputs, folder };
}

/** Where the approval of a holder is written unless told. */
export function approvalPath(script: string, publicKey: string): string {
  return `${script}.${sha256Hex(Buffer.from(publicKey)).slice(0, 16)}.approval`;
}

/** Approvals: the files named, or all that lie beside the script. */
export async function loadApprovals(script: string, named: readonly string[]): Promise<readonly HolderStatement[]> {
  const folder = dirname(resolve(script));
  const start = `${basename(script)}.`;
  const beside = (await readdir(folder)).filter((name) => name.startsWith(start) && name.endsWith('.approval'));
  const paths = named.length > 0 ? named : beside.sort().map((name) => join(folder, name));
  return readStatements(
    await Promise.all(paths.map(async (path) => Buffer.from(await readBytes(path)).toString('utf8'))),
  );
}

/** The folder of key files, or undefined for a token. */
export function keyFolderOf({ read, folder }: LoadedScript): string | undefined {
  const { keys } = read.script;
  return keys.store === 'file' ? resolve(folder, keys.folder) : undefined;
}

/** The folder where it is noted which scripts were carried out. */
export function recordFolderOf({ read, folder }: LoadedScript): string {
  const { keys } = read.script;
  return resolve(folder, keys.store === 'file' ? keys.folder : keys.record);
}

/** Opens the root's key store; `secrets` are the parts of the passphrase, or the PIN. */
export async function openRootStore(keys: ScriptKeys, folder: string, secrets: readonly string[]): Promise<KeyStore> {
  if (keys.store === 'file') {
    const secret = { passphrase: secrets.join('\n') };
    return await openFileKeyStore({ directory: resolve(folder, keys.folder), secret, random: systemRandom });
  }
  const { library, token } = keys;
  return await openPkcs11KeyStore({ library, tokenLabel: token, pin: { pin: secrets[0] ?? '' }, sessions: 1 });
}

const largestFolder = 4096;

/** Every file of a folder by its path below it, two levels deep. */
export async function readFolder(folder: string): Promise<ReadonlyMap<string, Uint8Array>> {
  const files = new Map<string, Uint8Array>();
  const names = await readdir(folder, { recursive: true }).catch((cause: unknown) => {
    if (isFileError(cause, 'ENOENT') || isFileError(cause, 'ENOTDIR')) {
      throw new UsageError('cli.file_unreadable', { params: { file: folder }, cause });
    }
    throw cause;
  });
  for (const name of names.slice(0, largestFolder)) {
    const path = join(folder, name);
    if ((await stat(path)).isFile()) files.set(name.split('\\').join('/'), await readFile(path));
  }
  return files;
}
