import { createHash } from 'node:crypto';
import type { TokenId } from '../diagnostic/token.ts';

const known = new WeakMap<Uint8Array, TokenId>();

/** Name of a token: SHA-256 of its octets. Octets that are handed in again are not hashed again; they must not be written over. */
export function tokenId(bytes: Uint8Array): TokenId {
  const id = known.get(bytes) ?? createHash('sha256').update(bytes).digest('hex');
  known.set(bytes, id);
  return id;
}

/** Name of something without octets of its own: SHA-256 of what tells it from others. */
export function nameOf(...parts: readonly (string | Uint8Array)[]): TokenId {
  const hash = createHash('sha256');
  for (const part of parts) hash.update(part).update('\0');
  return hash.digest('hex');
}
