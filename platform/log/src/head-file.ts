import { open, readFile, rename } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { HeadMemory, SignedHead } from './ports.ts';

async function sync(path: string, text?: string): Promise<void> {
  const file = await open(path, text === undefined ? 'r' : 'w', 0o600);
  try {
    if (text !== undefined) await file.writeFile(text);
    await file.sync();
  } finally {
    await file.close();
  }
}

/** Remembers the last signed head in a file of its own, replaced as a whole. Its folder must exist. */
export function createHeadFile(path: string): HeadMemory {
  return {
    read: async () => {
      try {
        return JSON.parse(await readFile(path, 'utf8')) as SignedHead;
      } catch (error) {
        if ((error as { code?: unknown }).code === 'ENOENT') return undefined;
        throw error;
      }
    },
    write: async ({ origin, size, root }) => {
      await sync(`${path}.new`, `${JSON.stringify({ origin, size, root })}\n`);
      await rename(`${path}.new`, path);
      await sync(dirname(path));
    },
  };
}
