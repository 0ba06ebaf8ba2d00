import type { BlobStore } from './blob-store.ts';
import { boundedParts, requireHash, sha256Of } from './content.ts';
import { BlobError } from './errors.ts';

/** Files in memory, for tests. */
export function createMemoryBlobStore(): BlobStore {
  const files = new Map<string, Uint8Array>();
  return {
    async put(source, limits) {
      const parts: Uint8Array[] = [];
      for await (const part of boundedParts(source, limits?.maxBytes)) parts.push(part);
      const bytes = new Uint8Array(Buffer.concat(parts));
      const sha256 = sha256Of(bytes);
      files.set(sha256, bytes);
      return { sha256, size: bytes.length };
    },
    async get(sha256) {
      requireHash(sha256);
      const bytes = files.get(sha256);
      if (!bytes) throw new BlobError('blobs.not_found', { params: { sha256 } });
      return bytes.slice();
    },
    async has(sha256) {
      requireHash(sha256);
      return files.has(sha256);
    },
    async delete(sha256) {
      requireHash(sha256);
      files.delete(sha256);
    },
  };
}
