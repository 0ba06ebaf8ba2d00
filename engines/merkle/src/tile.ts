import { MerkleError } from './errors.ts';
import { checkSize } from './ranges.ts';

/** Hashes or entries of a full tile. */
export const TILE_WIDTH = 256;

/** Names one tile of a log (c2sp.org/tlog-tiles). */
export interface TileAddress {
  /** 0 to 63: how many tiles lie below; `entries` for a bundle of entries. */
  readonly level: number | 'entries';
  /** Which tile of its level, from 0. */
  readonly index: number;
  /** Hashes or entries in it: 256 when it is full, fewer in a partial tile. */
  readonly width: number;
}

const LARGEST_LEVEL = 63;
const TILE_PATH = /^tile\/(entries|0|[1-9]\d?)\/((?:x\d{3}\/){0,5}\d{3})(?:\.p\/([1-9]\d{0,2}))?$/;

/** Path of a tile below the address of its log, such as `tile/0/x001/234.p/17`. Throws `merkle.tile_path_invalid`. */
export function tilePath({ level, index, width }: TileAddress): string {
  const inRange = level === 'entries' || (Number.isInteger(level) && level >= 0 && level <= LARGEST_LEVEL);
  if (!inRange || !Number.isSafeInteger(index) || index < 0 || !Number.isInteger(width)) refuse(`${level}/${index}`);
  if (width < 1 || width > TILE_WIDTH) refuse(`${level}/${index}.p/${width}`);
  const digits = String(index);
  const groups = digits.padStart(Math.ceil(digits.length / 3) * 3, '0').match(/\d{3}/g) ?? [];
  const place = groups.map((group, at) => (at === groups.length - 1 ? group : `x${group}`)).join('/');
  return `tile/${level}/${place}${width === TILE_WIDTH ? '' : `.p/${width}`}`;
}

function refuse(path: string): never {
  throw new MerkleError('merkle.tile_path_invalid', { params: { path: path.slice(0, 100) } });
}

/** The tile that `path` names; only the one way of writing each path is taken. Throws `merkle.tile_path_invalid`. */
export function parseTilePath(path: string): TileAddress {
  const [, level, place = '', width] = TILE_PATH.exec(path) ?? [];
  if (level === undefined) refuse(path);
  const address: TileAddress = {
    level: level === 'entries' ? level : Number(level),
    index: Number(place.replaceAll(/[x/]/g, '')),
    width: width === undefined ? TILE_WIDTH : Number(width),
  };
  if (!Number.isSafeInteger(address.index) || tilePath(address) !== path) refuse(path);
  return address;
}

/** Hashes on `level` of a tree of `size` entries: subtrees of 256^level entries that are complete. */
export function hashesOnLevel(level: number | 'entries', size: number): number {
  return level === 'entries' ? size : Math.floor(size / TILE_WIDTH ** level);
}

/** Width of tile `index` on `level` in a tree of `size` entries; 0 when there is none. */
export function tileWidth(level: number | 'entries', index: number, size: number): number {
  return Math.max(0, Math.min(TILE_WIDTH, hashesOnLevel(level, size) - index * TILE_WIDTH));
}

/** Every tile and bundle of a tree of `size` entries, bundles first, then level by level. */
export function* tilesOf(size: number): Generator<TileAddress> {
  checkSize(size);
  const levels: (number | 'entries')[] = ['entries'];
  for (let level = 0; hashesOnLevel(level, size) > 0; level += 1) levels.push(level);
  for (const level of levels) {
    for (let index = 0; ; index += 1) {
      const width = tileWidth(level, index, size);
      if (width === 0) break;
      yield { level, index, width };
    }
  }
}
