import { sha1 } from '@noble/hashes/legacy.js';
import { sha256, sha384, sha512 } from '@noble/hashes/sha2.js';
import { sha3_256, sha3_384, sha3_512 } from '@noble/hashes/sha3.js';
import type { DigestName } from './timestamp/api.ts';

const hashes = {
  sha1,
  sha256,
  sha384,
  sha512,
  'sha3-256': sha3_256,
  'sha3-384': sha3_384,
  'sha3-512': sha3_512,
} as const satisfies Record<DigestName, unknown>;

/** What the worker is asked, and what it says. */
export interface HashOrder {
  readonly file: Blob;
  readonly algorithm: DigestName;
}
export type HashNews =
  | { readonly kind: 'progress'; readonly read: number }
  | { readonly kind: 'done'; readonly digest: string }
  | { readonly kind: 'failed' };

const tellEveryMs = 100;
const post = (news: HashNews): void => self.postMessage(news);

/** Reads the file piece by piece: browsers hash in one go only what fits into memory. */
async function hash({ file, algorithm }: HashOrder): Promise<void> {
  const state = hashes[algorithm].create();
  const reader = file.stream().getReader();
  let read = 0;
  let told = 0;
  for (;;) {
    const { done, value } = await reader.read();
    if (done) break;
    state.update(value);
    read += value.length;
    const now = performance.now();
    if (now - told < tellEveryMs) continue;
    told = now;
    post({ kind: 'progress', read });
  }
  post({ kind: 'done', digest: Array.from(state.digest(), (byte) => byte.toString(16).padStart(2, '0')).join('') });
}

self.addEventListener('message', (event: MessageEvent<HashOrder>) => {
  hash(event.data).catch(() => post({ kind: 'failed' }));
});
