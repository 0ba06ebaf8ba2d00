import { concatBytes } from '@tra/kernel';
import type { Database } from '@tra/platform-storage';
import {
  insertCosignature,
  readCheckpoint,
  readCosignatures,
  readNewestCheckpoint,
  readNewestCosigned,
  readWitnessSizes,
  type StoredCheckpoint,
  type StoredCosignature,
} from './checkpoint-store.ts';
import { LogError } from './errors.ts';
import type { LogFormat, Tile } from './ports.ts';
import type { LoggedEntry } from './public-log.ts';
import { type LogTables, readEntries, readEntryBytes, readTileParts, type Tables } from './store.ts';

/** A checkpoint as it is published: the note with all cosignatures. */
export interface PublishedCheckpoint {
  readonly size: number;
  readonly root: Uint8Array;
  readonly note: string;
  readonly signedAt: Date;
  readonly cosignatures: readonly StoredCosignature[];
}

/** What the log has published: nothing here is beyond the newest checkpoint. */
export interface LogReader {
  /** The newest checkpoint. Rejects with `log.empty` before the first. */
  newest(): Promise<PublishedCheckpoint>;
  /** The newest checkpoint that a witness has cosigned, if it covers `index`; else the newest. */
  bestFor(index: number): Promise<PublishedCheckpoint>;
  /** The checkpoint that was signed at exactly this size. */
  at(size: number): Promise<PublishedCheckpoint | undefined>;
  /** A tile or a bundle of a published tree, or undefined. Every width that once was the last is still given. */
  tile(tile: Tile): Promise<Uint8Array | undefined>;
  /** Entries below `before`, newest first. */
  list(filter: { readonly type?: string; readonly before?: number; readonly limit: number }): Promise<LoggedEntry[]>;
  /** Entries whose data has this SHA-256 (hexadecimal), oldest first, at most 100. */
  find(sha256: string): Promise<LoggedEntry[]>;
  /** The entry at `index`, if it is published. */
  entry(index: number): Promise<(LoggedEntry & { readonly entry: Uint8Array }) | undefined>;
  /** Keeps a cosignature that was verified. */
  addCosignature(cosignature: StoredCosignature): Promise<void>;
  /** The size that each witness has cosigned last. */
  witnesses(): Promise<{ witness: string; size: number; at: Date }[]>;
}

const FIND_LIMIT = 100;

/** How many hashes or entries a tree of `size` entries has on `level`. */
function partsOn(level: Tile['level'], size: number): number {
  return level === 'entries' ? size : Math.floor(size / 256 ** level);
}

/** Reads what the log on `database` has published. */
export function createLogReader(options: {
  readonly database: Database;
  readonly format: Pick<LogFormat, 'encodeBundle'>;
}): LogReader {
  const { database, format } = options;
  const tables = (): Tables => database.tables<LogTables>();

  const publish = async (stored: StoredCheckpoint): Promise<PublishedCheckpoint> => {
    const cosignatures = await readCosignatures(tables(), stored.size);
    return { ...stored, note: stored.note + cosignatures.map(({ line }) => line).join(''), cosignatures };
  };
  const newestStored = async (): Promise<StoredCheckpoint> => {
    const stored = await readNewestCheckpoint(tables());
    if (!stored) throw new LogError('log.empty');
    return stored;
  };
  const publishedSize = async (): Promise<number> => (await readNewestCheckpoint(tables()))?.size ?? 0;

  return {
    newest: async () => publish(await newestStored()),
    bestFor: async (index) => {
      const cosigned = await readNewestCosigned(tables());
      return await publish(cosigned && cosigned.size > index ? cosigned : await newestStored());
    },
    at: async (size) => {
      const stored = await readCheckpoint(tables(), size);
      return stored && (await publish(stored));
    },
    tile: async (tile) => {
      const { level, index, width } = tile;
      if (index * 256 + width > partsOn(level, await publishedSize())) return undefined;
      const parts = await readTileParts(tables(), tile);
      if (parts.length !== width) return undefined;
      return level === 'entries' ? format.encodeBundle(parts) : concatBytes(...parts);
    },
    list: async ({ type, before, limit }) => {
      const end = Math.min(before ?? Number.MAX_SAFE_INTEGER, await publishedSize());
      return await readEntries(tables(), { ...(type ? { type } : {}), before: end, limit, order: 'desc' });
    },
    find: async (sha256) =>
      readEntries(tables(), { sha256, before: await publishedSize(), limit: FIND_LIMIT, order: 'asc' }),
    entry: async (index) => {
      if (!Number.isSafeInteger(index) || index < 0 || index >= (await publishedSize())) return undefined;
      const [found] = await readEntries(tables(), { before: index + 1, limit: 1, order: 'desc' });
      const entry = await readEntryBytes(tables(), index);
      return found && entry && { ...found, entry };
    },
    addCosignature: async (cosignature) => insertCosignature(tables(), cosignature),
    witnesses: async () => readWitnessSizes(tables()),
  };
}
