import { createHash } from 'node:crypto';
import { concatBytes } from '@tra/kernel';
import { encodeBundle, type TileReader, tilePath, tilesOf } from '../src/index.ts';

const sha256 = (...parts: Uint8Array[]): Uint8Array => {
  const hash = createHash('sha256');
  for (const part of parts) hash.update(part);
  return new Uint8Array(hash.digest());
};

/** RFC 6962 section 2.1 word for word: slow, and independent of the engine. */
export function treeHash(entries: readonly Uint8Array[]): Uint8Array {
  if (entries.length === 0) return sha256();
  if (entries.length === 1) return sha256(new Uint8Array([0]), entries[0] as Uint8Array);
  let k = 1;
  while (k * 2 < entries.length) k *= 2;
  return sha256(new Uint8Array([1]), treeHash(entries.slice(0, k)), treeHash(entries.slice(k)));
}

/** Every file of a log with these entries, by path; hashes by the definition in tlog-tiles. */
export function filesOf(entries: readonly Uint8Array[]): Map<string, Uint8Array> {
  const files = new Map<string, Uint8Array>();
  for (const tile of tilesOf(entries.length)) {
    const unit = tile.level === 'entries' ? 1 : 256 ** tile.level;
    const starts = Array.from({ length: tile.width }, (_, at) => (tile.index * 256 + at) * unit);
    const parts = starts.map((start) => entries.slice(start, start + unit));
    files.set(
      tilePath(tile),
      tile.level === 'entries' ? encodeBundle(parts.flat()) : concatBytes(...parts.map(treeHash)),
    );
  }
  return files;
}

/** Reads from such files. */
export function readerOf(files: ReadonlyMap<string, Uint8Array>): TileReader {
  return async (tile) => {
    const bytes = files.get(tilePath(tile));
    if (!bytes) throw new Error(`no ${tilePath(tile)}`);
    return bytes;
  };
}

/** `count` different entries. */
export function someEntries(count: number): Uint8Array[] {
  return Array.from({ length: count }, (_, index) => new TextEncoder().encode(`entry ${index}`));
}
