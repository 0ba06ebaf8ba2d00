import { createHash, randomBytes } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { link, mkdir, open, readdir, rename, stat, unlink } from 'node:fs/promises';
import { basename, dirname, join, relative } from 'node:path';
import type { DigestName } from '@tra/pki';
import type { ParsedArguments } from '../arguments.ts';
import { isFileError } from '../pki/durable.ts';
import { UsageError } from '../usage-error.ts';
import { TimestampRefusal } from './refusal.ts';

/** Endings of what these commands write: responses, proofs, queries. */
export const RESPONSE_SUFFIX = '.tsr';
export const PROOF_SUFFIX = '.tsp.json';
const written: readonly string[] = [RESPONSE_SUFFIX, PROOF_SUFFIX, '.tsq'];

/** A file to be stamped or verified, with its name below what was given. */
export interface NamedFile {
  readonly path: string;
  /** Path below the folder that was given; the name alone for a file that was given itself. */
  readonly name: string;
}

/** The files of the command line; folders with everything in them when `recursive`, but what these commands wrote themselves. */
export async function filesOf(places: readonly string[], recursive: boolean): Promise<readonly NamedFile[]> {
  if (places.length === 0) throw new UsageError('cli.file_missing');
  const found: NamedFile[] = [];
  for (const place of places) {
    const facts = await stat(place).catch((cause: unknown) => {
      throw new UsageError('cli.file_unreadable', { params: { file: place }, cause });
    });
    if (!facts.isDirectory()) found.push({ path: place, name: basename(place) });
    else if (recursive) await addFolder(found, place, place);
    else throw new UsageError('cli.timestamp.folder_needs_recursive', { params: { folder: place } });
  }
  return found;
}

async function addFolder(found: NamedFile[], root: string, folder: string): Promise<void> {
  const entries = await readdir(folder, { withFileTypes: true });
  for (const entry of entries.sort((a, b) => (a.name < b.name ? -1 : 1))) {
    const path = join(folder, entry.name);
    // Links are not followed: they could lead out of the folder or in a circle.
    if (entry.isDirectory()) await addFolder(found, root, path);
    else if (entry.isFile() && !written.some((suffix) => entry.name.endsWith(suffix)))
      found.push({ path, name: relative(root, path) });
  }
}

/** Where the response and the proof for a file go. */
export function besideOrIn(file: NamedFile, given: ParsedArguments, suffix: string): string {
  const folder = given.text('out');
  return `${folder === undefined ? file.path : join(folder, file.name)}${suffix}`;
}

/** The digest of a file, read piece by piece. Rejects with `cli.timestamp.file_unreadable`. */
export async function digestFile(path: string, algorithm: DigestName): Promise<Uint8Array> {
  const digest = createHash(algorithm);
  try {
    for await (const part of createReadStream(path, { highWaterMark: 1024 * 1024 })) digest.update(part as Uint8Array);
  } catch (cause) {
    throw new TimestampRefusal('cli.timestamp.file_unreadable', { params: { file: path }, cause });
  }
  return new Uint8Array(digest.digest());
}

/** Whether there is something under this name. */
export async function exists(path: string): Promise<boolean> {
  return await stat(path).then(
    () => true,
    () => false,
  );
}

/** Writes a file whole or not at all, on disk when it resolves. Without `replace` it rejects with `cli.timestamp.file_exists` for one that is there. */
export async function writeWhole(path: string, bytes: Uint8Array | string, replace: boolean): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  const temporary = `${path}.${randomBytes(6).toString('hex')}.new`;
  try {
    const file = await open(temporary, 'wx', 0o644);
    try {
      await file.writeFile(bytes);
      await file.sync();
    } finally {
      await file.close();
    }
    if (replace) await rename(temporary, path);
    else await link(temporary, path);
  } catch (error) {
    if (isFileError(error, 'EEXIST'))
      throw new TimestampRefusal('cli.timestamp.file_exists', { params: { file: path } });
    throw error;
  } finally {
    await unlink(temporary).catch(() => undefined);
  }
}
