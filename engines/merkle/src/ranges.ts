import { MerkleError } from './errors.ts';

/** Entries from `start` up to, not including, `end`. */
export interface Range {
  readonly start: number;
  readonly end: number;
}

/** Throws `merkle.range_invalid` unless `size` counts entries. */
export function checkSize(size: number): void {
  if (!Number.isSafeInteger(size) || size < 0) throw new MerkleError('merkle.range_invalid', { params: { size } });
}

/** Largest power of two below `size`, for a size of two or more. */
export function splitOf(size: number): number {
  let power = 1;
  while (power * 2 < size) power *= 2;
  return power;
}

/** The subtrees whose roots prove entry `index` in a tree of `size` entries, from the leaf up (RFC 6962 section 2.1.1). */
export function inclusionRanges(index: number, size: number): Range[] {
  checkSize(size);
  if (!Number.isSafeInteger(index) || index < 0 || index >= size) {
    throw new MerkleError('merkle.range_invalid', { params: { index, size } });
  }
  const path: Range[] = [];
  let start = 0;
  let end = size;
  while (end - start > 1) {
    const middle = start + splitOf(end - start);
    if (index < middle) {
      path.push({ start: middle, end });
      end = middle;
    } else {
      path.push({ start, end: middle });
      start = middle;
    }
  }
  return path.reverse();
}

/** The subtrees whose roots prove that a tree of `from` entries is the beginning of one of `to` (RFC 6962 section 2.1.2). */
export function consistencyRanges(from: number, to: number): Range[] {
  checkSize(from);
  checkSize(to);
  if (from > to) throw new MerkleError('merkle.range_invalid', { params: { from, to } });
  if (from === 0 || from === to) return [];
  const path: Range[] = [];
  let start = 0;
  let end = to;
  while (end !== from) {
    const middle = start + splitOf(end - start);
    if (from <= middle) {
      path.push({ start: middle, end });
      end = middle;
    } else {
      path.push({ start, end: middle });
      start = middle;
    }
  }
  // The old tree itself is known to the verifier when it is a whole subtree of the new one.
  if (start > 0) path.push({ start, end });
  return path.reverse();
}
