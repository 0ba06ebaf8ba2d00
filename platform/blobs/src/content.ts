import { createHash } from 'node:crypto';
import { BlobError } from './errors.ts';

// Whoever does not say how much is allowed gets a bound all the same: the S3 store holds a whole file in memory.
const DEFAULT_MAX_BYTES = 64 * 1024 * 1024;

/** SHA-256 of the bytes in lower-case hexadecimal. */
export function sha256Of(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}

/** Throws `blobs.digest_invalid` unless `sha256` has the form of one, so that it can stand in a path. */
export function requireHash(sha256: string): void {
  if (!/^[0-9a-f]{64}$/.test(sha256)) throw new BlobError('blobs.digest_invalid');
}

/** The bytes when their hash is the one asked for. Throws `blobs.corrupt` otherwise. */
export function requireContent(sha256: string, bytes: Uint8Array): Uint8Array {
  if (sha256Of(bytes) !== sha256) throw new BlobError('blobs.corrupt', { params: { sha256 } });
  return bytes;
}

/** The parts of a file in order. Throws `blobs.too_large` as soon as they exceed `maxBytes` together. */
export async function* boundedParts(
  source: Uint8Array | AsyncIterable<Uint8Array>,
  maxBytes: number = DEFAULT_MAX_BYTES,
): AsyncGenerator<Uint8Array> {
  let size = 0;
  for await (const part of source instanceof Uint8Array ? [source] : source) {
    size += part.length;
    if (size > maxBytes) throw new BlobError('blobs.too_large', { params: { maxBytes } });
    yield part;
  }
}
