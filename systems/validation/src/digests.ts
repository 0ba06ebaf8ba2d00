import { createHash } from 'node:crypto';
import { concatBytes } from '@tra/kernel';

/** Digests of a file by the name of the algorithm. */
export type Digests = Readonly<Record<string, Uint8Array>>;

// Those that signatures name (ETSI TS 119 312, and SHA-1 and SHA-224 of older ones).
const algorithms = ['sha1', 'sha224', 'sha256', 'sha384', 'sha512', 'sha3-256', 'sha3-384', 'sha3-512'] as const;

/** The bytes of a file, or, when there are more than `limit`, only its digests: then no more than `limit` bytes are ever held. */
export async function readOrHash(
  source: AsyncIterable<Uint8Array>,
  limit: number,
): Promise<{ readonly bytes: Uint8Array } | { readonly digests: Digests }> {
  let held: Uint8Array[] = [];
  let size = 0;
  let hashes: readonly (readonly [string, ReturnType<typeof createHash>])[] | undefined;
  for await (const part of source) {
    size += part.length;
    if (!hashes) held.push(part);
    if (!hashes && size > limit) {
      hashes = algorithms.map((name) => [name, createHash(name)] as const);
      for (const [, hash] of hashes) for (const piece of held) hash.update(piece);
      held = [];
    } else for (const [, hash] of hashes ?? []) hash.update(part);
  }
  if (!hashes) return { bytes: concatBytes(...held) };
  return { digests: Object.fromEntries(hashes.map(([name, hash]) => [name, new Uint8Array(hash.digest())])) };
}
