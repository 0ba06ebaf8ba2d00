import { randomUUID } from 'node:crypto';
import { type FileHandle, open, readdir, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const prefix = 'tra-validation-upload-';
const staleMs = 3_600_000;

/** A file without a name: it is gone when it is closed, and when the process dies. */
export interface ScratchFile {
  readonly file: FileHandle;
  readonly size: number;
  close(): Promise<void>;
}

/** Writes what arrives to a file that has no name any more when the first byte is written. */
export async function writeScratch(folder: string, source: AsyncIterable<Uint8Array>): Promise<ScratchFile> {
  const path = join(folder || tmpdir(), `${prefix}${randomUUID()}`);
  const file = await open(path, 'wx+', 0o600);
  let size = 0;
  try {
    await rm(path);
    for await (const part of source) {
      await file.write(part);
      size += part.length;
    }
  } catch (error) {
    await file.close();
    throw error;
  }
  return { file, size, close: () => file.close() };
}

/** Removes what a process left that died between making a file and taking its name away. */
export async function clearScratch(folder: string): Promise<void> {
  const place = folder || tmpdir();
  for (const name of await readdir(place).catch(() => [])) {
    if (!name.startsWith(prefix)) continue;
    const facts = await stat(join(place, name)).catch(() => undefined);
    if (facts && Date.now() - facts.mtimeMs > staleMs) await rm(join(place, name), { force: true });
  }
}
