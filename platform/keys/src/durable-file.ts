import { link, open, stat, unlink } from 'node:fs/promises';
import { dirname } from 'node:path';

/**
 * Creates `path` with `content`, mode 0600, in one step: it never exists half written. Content and folder entry are on disk when it
 * resolves. Resolves to false, changing nothing, when the file exists already.
 */
export async function createExclusive(path: string, content: string, suffix: string): Promise<boolean> {
  const temporary = `${path}.${suffix}.new`;
  const file = await open(temporary, 'wx', 0o600);
  try {
    await file.writeFile(content);
    await file.sync();
  } finally {
    await file.close();
  }
  try {
    await link(temporary, path);
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'EEXIST') return false;
    throw error;
  } finally {
    await unlink(temporary);
  }
  await syncFolder(dirname(path));
  return true;
}

/**
 * Overwrites the file at `path` with `filler`, then removes it; both are on disk when it resolves. On a disk that writes elsewhere (flash,
 * snapshots) old blocks may stay readable: what is in the file must be encrypted anyway. Nothing happens when there is no such file.
 */
export async function destroyFile(path: string, filler: (length: number) => Uint8Array): Promise<void> {
  try {
    const { size } = await stat(path);
    const file = await open(path, 'r+');
    try {
      await file.write(filler(size), 0, size, 0);
      await file.sync();
    } finally {
      await file.close();
    }
    await unlink(path);
  } catch (error) {
    // Another process was faster.
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return;
    throw error;
  }
  await syncFolder(dirname(path));
}

async function syncFolder(path: string): Promise<void> {
  const folder = await open(path, 'r');
  try {
    await folder.sync();
  } finally {
    await folder.close();
  }
}
