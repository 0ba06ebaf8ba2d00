import { equalBytes } from '@tra/kernel';
import { MerkleError } from './errors.ts';
import { emptyRoot, HASH_BYTES, nodeHash } from './hash.ts';
import { checkSize } from './ranges.ts';

/** A tree as a checkpoint states it. */
export interface TreeHead {
  readonly size: number;
  readonly root: Uint8Array;
}

function refuse(): never {
  throw new MerkleError('merkle.proof_invalid');
}

function checkHashes(hashes: readonly Uint8Array[]): void {
  for (const hash of hashes) if (hash.length !== HASH_BYTES) refuse();
}

// Places may exceed 32 bits, so there are no bit operators here.
const isOdd = (value: number): boolean => value % 2 === 1;
const half = (value: number): number => Math.floor(value / 2);

/**
 * Throws `merkle.proof_invalid` unless `path` leads from the leaf at `index` to the root of `head` (RFC 9162 section 2.1.3.2).
 *
 * @example
 * verifyInclusion({ leaf: leafHash(entry), index: 7, path, head: openCheckpoint(note, keys).checkpoint });
 */
export function verifyInclusion(proof: {
  readonly leaf: Uint8Array;
  readonly index: number;
  readonly path: readonly Uint8Array[];
  readonly head: TreeHead;
}): void {
  const { leaf, index, path, head } = proof;
  checkSize(head.size);
  if (!Number.isSafeInteger(index) || index < 0 || index >= head.size) refuse();
  checkHashes([leaf, ...path]);
  let place = index;
  let last = head.size - 1;
  let hash = leaf;
  for (const sibling of path) {
    if (last === 0) refuse();
    if (isOdd(place) || place === last) {
      hash = nodeHash(sibling, hash);
      while (!isOdd(place) && place !== 0) {
        place = half(place);
        last = half(last);
      }
    } else {
      hash = nodeHash(hash, sibling);
    }
    place = half(place);
    last = half(last);
  }
  if (last !== 0 || !equalBytes(hash, head.root)) refuse();
}

/**
 * Throws `merkle.proof_invalid` unless `path` proves the tree of `from` to be the beginning of the tree of `to`
 * (RFC 9162 section 2.1.4.2). The path is empty when both are one, or when `from` has no entries.
 */
export function verifyConsistency(proof: {
  readonly from: TreeHead;
  readonly to: TreeHead;
  readonly path: readonly Uint8Array[];
}): void {
  const { from, to, path } = proof;
  checkSize(from.size);
  checkSize(to.size);
  checkHashes(path);
  if (from.size > to.size) refuse();
  if (from.size === 0 || from.size === to.size) {
    const known = from.size === to.size ? to.root : emptyRoot();
    if (path.length > 0 || !equalBytes(from.root, known)) refuse();
    return;
  }
  const roots = walkConsistency(from, to, path);
  if (!equalBytes(roots.from, from.root) || !equalBytes(roots.to, to.root)) refuse();
}

function walkConsistency(
  from: TreeHead,
  to: TreeHead,
  path: readonly Uint8Array[],
): { readonly from: Uint8Array; readonly to: Uint8Array } {
  let place = from.size - 1;
  let last = to.size - 1;
  while (isOdd(place)) {
    place = half(place);
    last = half(last);
  }
  // `place` is 0 now exactly when the old tree is a whole subtree of the new one: its root is not part of the path.
  const steps = place === 0 ? [from.root, ...path] : path;
  const [first, ...rest] = steps;
  if (!first) refuse();
  let old = first;
  let grown = first;
  for (const sibling of rest) {
    if (last === 0) refuse();
    if (isOdd(place) || place === last) {
      old = nodeHash(sibling, old);
      grown = nodeHash(sibling, grown);
      while (!isOdd(place) && place !== 0) {
        place = half(place);
        last = half(last);
      }
    } else {
      grown = nodeHash(grown, sibling);
    }
    place = half(place);
    last = half(last);
  }
  if (last !== 0) refuse();
  return { from: old, to: grown };
}
