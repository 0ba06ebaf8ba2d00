import { createCipheriv, createDecipheriv, createHash, randomBytes } from 'node:crypto';
import { concatBytes } from '@tra/kernel';
import type { BlobStore } from '@tra/platform-blobs';
import { ValidationError } from '../errors.ts';
import { deleteSegment, insertSegment, listSegments, type Tables } from './store.ts';

/** Where a document lies. */
export interface StoredPlace {
  readonly segment: number;
  readonly at_byte: number;
  readonly bytes: number;
}

/** Documents that wait to be judged, encrypted, several to a file. */
export interface DocumentWriter {
  /** Takes a document; it is durable only after {@link flush}. */
  add(bytes: Uint8Array): Promise<StoredPlace>;
  flush(): Promise<void>;
}

/** Writes and reads the documents of batches. */
export interface DocumentVault {
  newKey(): Uint8Array;
  writer(batch: string, key: Uint8Array): DocumentWriter;
  /** A whole file of documents. Rejects with `validation.batch_lost` when it is gone or was changed. */
  read(batch: string, segment: number, key: Uint8Array): Promise<Uint8Array>;
  /** Removes every file of a batch; also what a process left behind that died while it wrote. */
  remove(batch: string): Promise<void>;
}

const segmentBytes = 16 * 1024 * 1024;
const largestBlob = 96 * 1024 * 1024;
const cipher = 'aes-256-gcm';
const tagBytes = 16;

/** A key is used for one batch only, so the number of the file serves as nonce. */
function nonceOf(segment: number): Buffer {
  const nonce = Buffer.alloc(12);
  nonce.writeUInt32BE(segment, 8);
  return nonce;
}

function seal(key: Uint8Array, batch: string, segment: number, plain: Uint8Array): Uint8Array {
  const sealing = createCipheriv(cipher, key, nonceOf(segment)).setAAD(Buffer.from(batch));
  return new Uint8Array(Buffer.concat([sealing.update(plain), sealing.final(), sealing.getAuthTag()]));
}

function unseal(key: Uint8Array, batch: string, segment: number, sealed: Uint8Array): Uint8Array {
  const opening = createDecipheriv(cipher, key, nonceOf(segment)).setAAD(Buffer.from(batch));
  opening.setAuthTag(sealed.subarray(sealed.length - tagBytes));
  const plain = opening.update(sealed.subarray(0, sealed.length - tagBytes));
  return new Uint8Array(Buffer.concat([plain, opening.final()]));
}

/**
 * Keeps documents of batches in the store of files. Each batch has a key of its own, so no two of its files are ever the same as any other file
 * of the store, and deleting them deletes nothing of others.
 */
export function createDocumentVault({
  blobs,
  tables,
  now,
}: {
  readonly blobs: BlobStore;
  readonly tables: () => Tables;
  readonly now: () => Date;
}): DocumentVault {
  const put = async (batch: string, segment: number, sealed: Uint8Array): Promise<void> => {
    const blob = createHash('sha256').update(sealed).digest('hex');
    await insertSegment(tables(), { batch, segment, blob, created_at: now() });
    await blobs.put(sealed, { maxBytes: largestBlob });
  };
  return {
    newKey: () => new Uint8Array(randomBytes(32)),
    writer: (batch, key) => {
      let parts: Uint8Array[] = [];
      let size = 0;
      let segment = 0;
      const flush = async (): Promise<void> => {
        if (parts.length === 0) return;
        const plain = concatBytes(...parts);
        parts = [];
        size = 0;
        const number = segment;
        segment += 1;
        await put(batch, number, seal(key, batch, number, plain));
      };
      return {
        add: async (bytes) => {
          if (size > 0 && size + bytes.length > segmentBytes) await flush();
          const place = { segment, at_byte: size, bytes: bytes.length };
          parts.push(bytes);
          size += bytes.length;
          return place;
        },
        flush,
      };
    },
    read: async (batch, segment, key) => {
      const row = (await listSegments(tables(), batch)).find((one) => one.segment === segment);
      try {
        if (!row) throw new Error('no such file');
        return unseal(key, batch, segment, await blobs.get(row.blob));
      } catch (cause) {
        throw new ValidationError('validation.batch_lost', undefined, { cause });
      }
    },
    remove: async (batch) => {
      for (const segment of await listSegments(tables(), batch)) {
        await blobs.delete(segment.blob);
        await deleteSegment(tables(), segment);
      }
    },
  };
}
