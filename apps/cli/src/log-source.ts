import { readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { HASH_BYTES, MAX_ENTRY_BYTES, parseTilePath, type TileAddress, tilePath } from '@tra/merkle';
import { UsageError } from './usage-error.ts';

/** Where the files of a log are read: a folder or the address under which a log is served. */
export interface LogSource {
  /** The bytes of the file at `path` below the log. Rejects when there is none or it is too large. */
  read(path: string): Promise<Uint8Array>;
  readTile(tile: TileAddress): Promise<Uint8Array>;
  /** Checkpoints that were kept from earlier times; only a folder has any. */
  earlier(): Promise<readonly string[]>;
}

const TIMEOUT_MS = 30_000;
const TEXT_LIMIT = 1_100_000;
/** Folder of a mirror in which every checkpoint that was ever fetched is kept. */
export const CHECKPOINTS = 'checkpoints';

function limitOf(path: string): number {
  if (!path.startsWith('tile/')) return TEXT_LIMIT;
  const { level, width } = parseTilePath(path);
  return width * (level === 'entries' ? MAX_ENTRY_BYTES + 2 : HASH_BYTES);
}

/** Opens the log at `place`. Throws a {@link UsageError} when it is neither a folder nor an http address. */
export async function openLogSource(place: string): Promise<LogSource> {
  if (/^https?:\/\//.test(place)) return httpSource(place.replace(/\/+$/, ''));
  const found = await stat(place).catch(() => undefined);
  if (!found?.isDirectory()) throw new UsageError('cli.log.source_unreadable', { params: { source: place } });
  return folderSource(place);
}

function folderSource(folder: string): LogSource {
  const read = async (path: string): Promise<Uint8Array> => {
    const file = join(folder, path);
    const { size } = await stat(file);
    if (size > limitOf(path)) throw new RangeError(`${path} is too large`);
    return await readFile(file);
  };
  return {
    read,
    readTile: (tile) => read(tilePath(tile)),
    earlier: async () => {
      const names = await readdir(join(folder, CHECKPOINTS)).catch(() => []);
      return await Promise.all(names.map(async (name) => readFile(join(folder, CHECKPOINTS, name), 'utf8')));
    },
  };
}

function httpSource(address: string): LogSource {
  const read = async (path: string): Promise<Uint8Array> => {
    const reply = await fetch(`${address}/${path}`, { signal: AbortSignal.timeout(TIMEOUT_MS) });
    if (reply.status !== 200) throw new Error(`${address}/${path}: HTTP ${reply.status}`);
    return await readBody(reply, limitOf(path));
  };
  return { read, readTile: (tile) => read(tilePath(tile)), earlier: async () => [] };
}

// Counted after decompression: a small answer may not become a large one.
async function readBody(reply: Response, limit: number): Promise<Uint8Array> {
  const parts: Uint8Array[] = [];
  let size = 0;
  for await (const part of reply.body ?? []) {
    size += part.length;
    if (size > limit) throw new RangeError(`${reply.url} is too large`);
    parts.push(part);
  }
  return Buffer.concat(parts);
}
