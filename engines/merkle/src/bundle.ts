import { MerkleError } from './errors.ts';
import { TILE_WIDTH } from './tile.ts';

/** Largest entry of a log in bytes: its length is written in two. */
export const MAX_ENTRY_BYTES = 65_535;

function refuse(): never {
  throw new MerkleError('merkle.bundle_invalid');
}

/** A bundle of entries (c2sp.org/tlog-tiles): each after its length in two bytes. Throws `merkle.bundle_invalid`. */
export function encodeBundle(entries: readonly Uint8Array[]): Uint8Array {
  if (entries.length > TILE_WIDTH) refuse();
  const bytes = new Uint8Array(entries.reduce((length, entry) => length + 2 + entry.length, 0));
  const view = new DataView(bytes.buffer);
  let offset = 0;
  for (const entry of entries) {
    if (entry.length > MAX_ENTRY_BYTES) refuse();
    view.setUint16(offset, entry.length);
    bytes.set(entry, offset + 2);
    offset += 2 + entry.length;
  }
  return bytes;
}

/** The entries of a bundle, as views of `bytes`. Throws `merkle.bundle_invalid` unless they are exactly `width`. */
export function decodeBundle(bytes: Uint8Array, width: number): Uint8Array[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const entries: Uint8Array[] = [];
  let offset = 0;
  while (offset < bytes.length) {
    if (entries.length === width || offset + 2 > bytes.length) refuse();
    const end = offset + 2 + view.getUint16(offset);
    if (end > bytes.length) refuse();
    entries.push(bytes.subarray(offset + 2, end));
    offset = end;
  }
  if (entries.length !== width) refuse();
  return entries;
}
