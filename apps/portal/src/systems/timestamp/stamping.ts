import { hashFile } from '../hash-file.ts';
import { timestamp } from './api.ts';
import { PROOF_SUFFIX, proofText, RESPONSE_SUFFIX, responseOf } from './token-file.ts';

/** Files that one batch takes here; more are for `tra timestamp create --bulk`. */
export const MAX_FILES = 200;
/** Largest file: only the patience of its owner and their device bound it. */
export const MAX_BYTES = 50_000_000_000;

/** How far the work is. */
export interface StampProgress {
  readonly step: 'hashing' | 'stamping';
  /** Which file, from 0. */
  readonly index: number;
  readonly count: number;
  readonly name: string;
  /** Octets read of all, and octets of all. */
  readonly read: number;
  readonly total: number;
}

/** A file with its digest. */
export interface StampedFile {
  readonly name: string;
  readonly size: number;
  readonly digest: string;
  /** Proof in a batch, as saved. */
  readonly proof?: string;
}

/** What was stamped together. */
export interface StampResult {
  readonly files: readonly StampedFile[];
  readonly response: Uint8Array<ArrayBuffer>;
  readonly serial: string;
  readonly genTime: string;
  readonly policy: string;
}

/** Hashes the files here, one after another, and has the digests stamped: one token, with a proof for each when they are several. */
export async function stampFiles(
  files: readonly File[],
  { signal, onProgress }: { readonly signal: AbortSignal; readonly onProgress: (progress: StampProgress) => void },
): Promise<StampResult> {
  const total = files.reduce((sum, { size }) => sum + size, 0);
  const digests: string[] = [];
  let before = 0;
  for (const [index, file] of files.entries()) {
    const { name } = file;
    const tell = (read: number): void =>
      onProgress({ step: 'hashing', index, count: files.length, name, read: before + read, total });
    tell(0);
    digests.push(await hashFile(file, 'sha256', { signal, onProgress: tell }));
    before += file.size;
  }
  onProgress({ step: 'stamping', index: 0, count: files.length, name: '', read: total, total });
  const [only] = digests;
  if (digests.length === 1 && only !== undefined) {
    const { token, ...facts } = await timestamp.stamp(only, signal);
    return { ...facts, response: responseOf(token), files: named(files, digests) };
  }
  const batch = await timestamp.stampAll(digests, signal);
  const { serial, genTime, policy } = batch;
  return {
    ...{ serial, genTime, policy, response: responseOf(batch.token) },
    files: named(files, digests).map((file, index) => ({ ...file, proof: proofText(batch, index, file.digest) })),
  };
}

function named(files: readonly File[], digests: readonly string[]): StampedFile[] {
  return files.map(({ name, size }, index) => ({ name, size, digest: digests[index] ?? '' }));
}

/** What is to be kept beside the files, by name; two files of one name get two. */
export function keepsakesOf({ files, response }: StampResult): Map<string, Uint8Array<ArrayBuffer>> {
  const kept = new Map<string, Uint8Array<ArrayBuffer>>();
  for (const { name, proof } of files) {
    const free = freeName(kept, name);
    kept.set(`${free}${RESPONSE_SUFFIX}`, response);
    if (proof !== undefined) kept.set(`${free}${PROOF_SUFFIX}`, new TextEncoder().encode(proof));
  }
  return kept;
}

function freeName(taken: ReadonlyMap<string, unknown>, name: string): string {
  let free = name;
  for (let count = 2; taken.has(`${free}${RESPONSE_SUFFIX}`); count += 1) free = `${name} (${count})`;
  return free;
}
