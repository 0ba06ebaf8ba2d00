import { hashInThread } from '../judging/hash-file.ts';
import type { DetachedPart, Intake, SubmittedFile } from '../submission.ts';
import type { StoredDetached } from '../terms.ts';
import type { DocumentWriter } from './document-vault.ts';
import type { NewItem } from './store.ts';

/** A batch whose documents are being written. */
export interface OpenBatch {
  readonly id: string;
  readonly writer: DocumentWriter;
}

/** What came in: a few documents in memory, or a batch that is written. */
export type Received =
  | { readonly kind: 'held'; readonly files: readonly SubmittedFile[]; readonly detached: readonly DetachedPart[] }
  | {
      readonly kind: 'batch';
      readonly id: string;
      readonly items: readonly NewItem[];
      readonly detached: readonly StoredDetached[];
    };

/** An intake that can say what it took. */
export interface ReadableIntake extends Intake {
  received(): Promise<Received>;
  /** The batch that was begun, if any: to be removed when the request is refused after all. */
  readonly begun: string | undefined;
  /** Closes the files that were too large to be held; they are gone then. */
  close(): Promise<void>;
}

/** What may be held in memory. */
export interface IntakeLimits {
  readonly files: number;
  readonly bytes: number;
}

/** Holds documents in memory while they are few, and hands them to a batch as soon as they are not. */
export function createIntake(limits: IntakeLimits, begin: () => Promise<OpenBatch>): ReadableIntake {
  const files: SubmittedFile[] = [];
  const detached: DetachedPart[] = [];
  const items: NewItem[] = [];
  const stored: StoredDetached[] = [];
  let held = 0;
  let batch: OpenBatch | undefined;
  const store = async (
    open: OpenBatch,
    { name = null, bytes }: { name?: string | null; bytes: Uint8Array },
  ): Promise<void> => {
    const place = await open.writer.add(bytes);
    const result = { verdict: null, problem: null, result: null };
    items.push({ batch: open.id, position: items.length, name, ...place, ...result });
  };
  const large: NonNullable<DetachedPart['large']>[] = [];
  const storeDetached = async (open: OpenBatch, part: DetachedPart): Promise<void> => {
    const { name = '', bytes, digests = part.large && (await hashInThread(part.large)) } = part;
    if (bytes) stored.push({ name, place: await open.writer.add(bytes) });
    else if (digests) stored.push({ name, digests: hexDigests(digests) });
  };
  const becomeBatch = async (): Promise<void> => {
    if (batch) return;
    batch = await begin();
    for (const file of files.splice(0)) await store(batch, file);
    for (const part of detached.splice(0)) await storeDetached(batch, part);
  };
  return {
    becomeBatch,
    addDocument: async (file) => {
      if (batch) return await store(batch, file);
      files.push(file);
      held += file.bytes.length;
      if (files.length > limits.files || held > limits.bytes) await becomeBatch();
    },
    addDetached: async (part) => {
      if (part.large) large.push(part.large);
      if (batch) await storeDetached(batch, part);
      else detached.push(part);
    },
    received: async () => {
      if (!batch) return { kind: 'held', files, detached };
      await batch.writer.flush();
      return { kind: 'batch', id: batch.id, items, detached: stored };
    },
    close: async () => {
      await Promise.all(large.splice(0).map((file) => file.close()));
    },
    get begun() {
      return batch?.id;
    },
  };
}

function hexDigests(digests: Readonly<Record<string, Uint8Array>>): Readonly<Record<string, string>> {
  return Object.fromEntries(Object.entries(digests).map(([name, value]) => [name, Buffer.from(value).toString('hex')]));
}
