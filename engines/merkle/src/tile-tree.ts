import { MerkleError } from './errors.ts';
import { emptyRoot, HASH_BYTES, nodeHash, perfectRoot } from './hash.ts';
import { checkSize, consistencyRanges, inclusionRanges, type Range, splitOf } from './ranges.ts';
import { TILE_WIDTH, type TileAddress, tilePath, tileWidth } from './tile.ts';

/** Reads one tile: its hashes one after the other. Rejects when it cannot be had. */
export type TileReader = (tile: TileAddress) => Promise<Uint8Array>;

/** The hashes of a tile. Throws `merkle.tile_invalid` unless they are exactly as many as it is wide. */
export function splitTile(tile: TileAddress, bytes: Uint8Array): Uint8Array[] {
  if (bytes.length !== tile.width * HASH_BYTES) {
    throw new MerkleError('merkle.tile_invalid', { params: { path: tilePath(tile) } });
  }
  return Array.from({ length: tile.width }, (_, at) => bytes.subarray(at * HASH_BYTES, (at + 1) * HASH_BYTES));
}

/** A tree of `size` entries behind its tiles; each tile is read once. */
class TileTree {
  readonly #size: number;
  readonly #read: TileReader;
  readonly #tiles = new Map<string, Promise<Uint8Array[]>>();

  constructor(size: number, read: TileReader) {
    this.#size = size;
    this.#read = read;
  }

  async #tile(level: number, index: number): Promise<Uint8Array[]> {
    const tile: TileAddress = { level, index, width: tileWidth(level, index, this.#size) };
    const path = tilePath(tile);
    let hashes = this.#tiles.get(path);
    if (!hashes) {
      hashes = this.#read(tile).then((bytes) => splitTile(tile, bytes));
      this.#tiles.set(path, hashes);
    }
    return await hashes;
  }

  // `length` is a power of two that divides `start`.
  async #perfect(start: number, length: number): Promise<Uint8Array> {
    let level = 0;
    let unit = 1;
    while (unit * TILE_WIDTH <= length) {
      unit *= TILE_WIDTH;
      level += 1;
    }
    const first = start / unit;
    const at = first % TILE_WIDTH;
    const hashes = await this.#tile(level, Math.floor(first / TILE_WIDTH));
    return perfectRoot(hashes.slice(at, at + length / unit));
  }

  /** Root of the subtree over `range`, which starts where RFC 6962 splits. */
  async root({ start, end }: Range): Promise<Uint8Array> {
    const roots: Uint8Array[] = [];
    for (let from = start; from < end; ) {
      const rest = end - from;
      const length = rest === 1 ? 1 : splitOf(rest + 1);
      roots.push(await this.#perfect(from, length));
      from += length;
    }
    return roots.reduceRight((right, left) => nodeHash(left, right));
  }
}

/** Root of the tree of `size` entries, computed from its tiles. */
export async function treeRoot(size: number, read: TileReader): Promise<Uint8Array> {
  checkSize(size);
  return size === 0 ? emptyRoot() : await new TileTree(size, read).root({ start: 0, end: size });
}

/**
 * Path that proves entry `index` in the tree of `size` entries, from the leaf's sibling up (RFC 6962 section 2.1.1). Throws
 * `merkle.range_invalid`. The tiles are not checked against a root: verify the path.
 */
export async function inclusionProof(
  place: { readonly index: number; readonly size: number },
  read: TileReader,
): Promise<Uint8Array[]> {
  const ranges = inclusionRanges(place.index, place.size);
  const tree = new TileTree(place.size, read);
  return await Promise.all(ranges.map((range) => tree.root(range)));
}

/**
 * Path that proves the tree of `from` entries to be the beginning of the tree of `to` entries (RFC 6962 section 2.1.2). Throws
 * `merkle.range_invalid`.
 */
export async function consistencyProof(
  sizes: { readonly from: number; readonly to: number },
  read: TileReader,
): Promise<Uint8Array[]> {
  const ranges = consistencyRanges(sizes.from, sizes.to);
  const tree = new TileTree(sizes.to, read);
  return await Promise.all(ranges.map((range) => tree.root(range)));
}
