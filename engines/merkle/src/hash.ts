import { createHash, hash } from 'node:crypto';

/** Length of every hash of a tree in bytes (SHA-256). */
export const HASH_BYTES = 32;

// Everything is synchronous, so one buffer serves every leaf (prefix, entry) and one every node (prefix, left, right).
const leaf: Uint8Array = new Uint8Array(1 + 65_535);
const node: Uint8Array = new Uint8Array(1 + 2 * HASH_BYTES).fill(1, 0, 1);

function sha256(bytes: Uint8Array): Uint8Array {
  const digest = hash('sha256', bytes, 'buffer');
  return new Uint8Array(digest.buffer, digest.byteOffset, digest.length);
}

/** Hash of an entry (RFC 6962 section 2.1): SHA-256 over a zero byte and the entry. */
export function leafHash(entry: Uint8Array): Uint8Array {
  if (entry.length < leaf.length) {
    leaf.set(entry, 1);
    return sha256(leaf.subarray(0, 1 + entry.length));
  }
  return new Uint8Array(createHash('sha256').update(leaf.subarray(0, 1)).update(entry).digest());
}

/** Hash of two subtrees side by side (RFC 6962 section 2.1): SHA-256 over a one byte, `left` and `right`, 32 bytes each. */
export function nodeHash(left: Uint8Array, right: Uint8Array): Uint8Array {
  node.set(left, 1);
  node.set(right, 1 + HASH_BYTES);
  return sha256(node);
}

/** Root of the tree without entries: SHA-256 of nothing. */
export function emptyRoot(): Uint8Array {
  return sha256(new Uint8Array(0));
}

/** Root of a tree over 2^k hashes. */
export function perfectRoot(hashes: readonly Uint8Array[]): Uint8Array {
  let row = hashes;
  while (row.length > 1) {
    const above: Uint8Array[] = [];
    for (let index = 0; index + 1 < row.length; index += 2) {
      above.push(nodeHash(row[index] as Uint8Array, row[index + 1] as Uint8Array));
    }
    row = above;
  }
  return row[0] as Uint8Array;
}
