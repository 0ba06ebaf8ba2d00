import { link, open, unlink } from 'node:fs/promises';
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

async function syncFolder(path: string): Promise<void> {
  const folder = await open(path, 'r');
  try {
    await folder.sync();
  } finally {
    await folder.close();
  }
}
