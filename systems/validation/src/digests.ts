import { createHash } from 'node:crypto';
import { readSync } from 'node:fs';
import { concatBytes } from '@tra/kernel';
import { type ScratchFile, writeScratch } from './archive/scratch-file.ts';

/** Digests of a file by the name of the algorithm. */
export type Digests = Readonly<Record<string, Uint8Array>>;

/** A file that is too large to be held: an open descriptor, which every thread of the process can read, and the size. */
export interface LargeFile {
  readonly descriptor: number;
  readonly size: number;
}

/** Those that signatures name (ETSI TS 119 312, and SHA-1 and SHA-224 of older ones). */
export const digestAlgorithms: readonly string[] = [
  ...['sha1', 'sha224', 'sha256', 'sha384', 'sha512'],
  ...['sha3-256', 'sha3-384', 'sha3-512'],
];

const chunkBytes = 1_048_576;

/** Digests of a file, read a piece at a time in the calling thread, which waits. */
export function digestsOfFile({ descriptor, size }: LargeFile, names: readonly string[]): Digests {
  const hashes = names.map((name) => [name, createHash(name)] as const);
  const piece = new Uint8Array(chunkBytes);
  for (let at = 0; at < size; ) {
    const read = readSync(descriptor, piece, 0, Math.min(chunkBytes, size - at), at);
    if (read === 0) throw new Error('the file became shorter');
    for (const [, hash] of hashes) hash.update(piece.subarray(0, read));
    at += read;
  }
  return Object.fromEntries(hashes.map(([name, hash]) => [name, new Uint8Array(hash.digest())]));
}

/** Digests that are made when they are asked for: a signature names one or two of eight. */
export function lazyDigests(file: LargeFile): Digests {
  const digests: Record<string, Uint8Array> = {};
  for (const name of digestAlgorithms) {
    let known: Uint8Array | undefined;
    const get = (): Uint8Array | undefined => {
      known ??= digestsOfFile(file, [name])[name];
      return known;
    };
    Object.defineProperty(digests, name, { get, enumerable: true });
  }
  return digests;
}

/** The bytes of what arrives, or, when there are more than `limit`, a file without a name: then no more than `limit` bytes are ever held. */
export async function readOrWrite(
  source: AsyncIterable<Uint8Array>,
  { folder, limit }: { readonly folder: string; readonly limit: number },
): Promise<{ readonly bytes: Uint8Array } | { readonly scratch: ScratchFile }> {
  const iterator = source[Symbol.asyncIterator]();
  const held: Uint8Array[] = [];
  let size = 0;
  for (;;) {
    const { done, value } = await iterator.next();
    if (done) return { bytes: concatBytes(...held) };
    held.push(value);
    size += value.length;
    if (size > limit) return { scratch: await writeScratch(folder, joined(held, iterator)) };
  }
}

async function* joined(held: Uint8Array[], rest: AsyncIterator<Uint8Array>): AsyncGenerator<Uint8Array> {
  yield* held.splice(0);
  for (;;) {
    const { done, value } = await rest.next();
    if (done) return;
    yield value;
  }
}
