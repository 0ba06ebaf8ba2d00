import { concatBytes } from '@tra/kernel';
import { MerkleError } from './errors.ts';
import { emptyRoot, HASH_BYTES, nodeHash } from './hash.ts';
import { checkSize } from './ranges.ts';

/** The right edge of a tree: all that is needed to let it grow. */
export interface TreeEdge {
  readonly size: number;
  /** Roots of the perfect subtrees that make up the tree, the largest (leftmost) first; one for each 1 bit of `size`. */
  readonly hashes: readonly Uint8Array[];
}

/** Root of a subtree of 256^level entries that became complete. */
export interface CompleteSubtree {
  /** 1 or more: the level of the tile that its root belongs to. */
  readonly level: number;
  /** Which hash of that level, from 0. */
  readonly index: number;
  readonly hash: Uint8Array;
}

/** The edge of the tree without entries. */
export const emptyEdge: TreeEdge = { size: 0, hashes: [] };

/** Root of the tree with this edge. */
export function edgeRoot({ hashes }: TreeEdge): Uint8Array {
  return hashes.length === 0 ? emptyRoot() : hashes.reduceRight((right, left) => nodeHash(left, right));
}

/** Adds leaves on the right. The old edge is left as it is. */
export function growEdge(
  edge: TreeEdge,
  leaves: readonly Uint8Array[],
): { readonly edge: TreeEdge; readonly subtrees: CompleteSubtree[] } {
  const hashes = [...edge.hashes];
  const subtrees: CompleteSubtree[] = [];
  let size = edge.size;
  for (const leaf of leaves) {
    let hash = leaf;
    let index = size;
    // Each 1 bit at the end of the old size is a subtree that now finds its right-hand sibling.
    for (let height = 1; index % 2 === 1; height += 1) {
      hash = nodeHash(hashes.pop() as Uint8Array, hash);
      index = (index - 1) / 2;
      if (height % 8 === 0) subtrees.push({ level: height / 8, index, hash });
    }
    hashes.push(hash);
    size += 1;
  }
  return { edge: { size, hashes }, subtrees };
}

/** The hashes of an edge one after the other; {@link decodeEdge} reads them. */
export function encodeEdge(edge: TreeEdge): Uint8Array {
  return concatBytes(...edge.hashes);
}

/** The edge of a tree of `size` entries from its hashes. Throws `merkle.tile_invalid` when their number does not fit. */
export function decodeEdge(size: number, bytes: Uint8Array): TreeEdge {
  checkSize(size);
  let ones = 0;
  for (let rest = size; rest > 0; rest = Math.floor(rest / 2)) ones += rest % 2;
  if (bytes.length !== ones * HASH_BYTES) throw new MerkleError('merkle.tile_invalid', { params: { path: 'edge' } });
  const hashes = Array.from({ length: ones }, (_, at) => bytes.slice(at * HASH_BYTES, (at + 1) * HASH_BYTES));
  return { size, hashes };
}
