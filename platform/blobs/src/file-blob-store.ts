import { createHash, randomUUID } from 'node:crypto';
import { type FileHandle, mkdir, open, readFile, rename, rm, stat } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import type { BlobLimits, BlobReference, BlobStore } from './blob-store.ts';
import { boundedParts, requireContent, requireHash } from './content.ts';
import { BlobError } from './errors.ts';

/**
 * Files below one folder, `ab/cd/abcd….` by their SHA-256. A file is written under a temporary name, synced, renamed, and
 * its folder synced, so that after a crash it is there completely or not at all.
 *
 * @example
 * const blobs = createFileBlobStore({ directory: '/var/lib/tra/blobs' });
 * const { sha256 } = await blobs.put(pdf, { maxBytes: 5_000_000 });
 */
export function createFileBlobStore({ directory }: { readonly directory: string }): BlobStore {
  const pathOf = (sha256: string): string => {
    requireHash(sha256);
    return join(directory, sha256.slice(0, 2), sha256.slice(2, 4), sha256);
  };
  return {
    async put(source, limits) {
      const { temporary, reference } = await writeTemporary(directory, source, limits);
      // Also over a file that is there: another put may not have synced it yet, or it may be damaged.
      await publish(temporary, pathOf(reference.sha256), directory);
      return reference;
    },
    async get(sha256) {
      const bytes = await readFile(pathOf(sha256)).catch((cause) => {
        throw isMissing(cause) ? new BlobError('blobs.not_found', { params: { sha256 } }) : cause;
      });
      return requireContent(sha256, new Uint8Array(bytes));
    },
    async has(sha256) {
      return await stat(pathOf(sha256)).then(
        () => true,
        (error) => {
          if (isMissing(error)) return false;
          throw error;
        },
      );
    },
    async delete(sha256) {
      const path = pathOf(sha256);
      try {
        await rm(path);
        await syncFolder(dirname(path));
      } catch (error) {
        if (!isMissing(error)) throw error;
      }
    },
  };
}

function isMissing(error: unknown): boolean {
  return (error as NodeJS.ErrnoException).code === 'ENOENT';
}

async function writeTemporary(
  directory: string,
  source: Uint8Array | AsyncIterable<Uint8Array>,
  limits: BlobLimits | undefined,
): Promise<{ temporary: string; reference: BlobReference }> {
  const folder = join(directory, 'incoming');
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const temporary = join(folder, randomUUID());
  const file = await open(temporary, 'wx', 0o600);
  try {
    return { temporary, reference: await writeParts(file, source, limits) };
  } catch (error) {
    await rm(temporary, { force: true });
    throw error;
  } finally {
    await file.close();
  }
}

async function writeParts(
  file: FileHandle,
  source: Uint8Array | AsyncIterable<Uint8Array>,
  limits?: BlobLimits,
): Promise<BlobReference> {
  const hash = createHash('sha256');
  let size = 0;
  for await (const part of boundedParts(source, limits?.maxBytes)) {
    hash.update(part);
    size += part.length;
    await file.writeFile(part);
  }
  await file.datasync();
  return { sha256: hash.digest('hex'), size };
}

async function publish(temporary: string, path: string, directory: string): Promise<void> {
  const folder = dirname(path);
  await mkdir(folder, { recursive: true, mode: 0o700 });
  await rename(temporary, path);
  for (const synced of [folder, dirname(folder), directory, dirname(resolve(directory))]) await syncFolder(synced);
}

async function syncFolder(path: string): Promise<void> {
  const folder = await open(path, 'r');
  try {
    await folder.sync();
  } finally {
    await folder.close();
  }
}
