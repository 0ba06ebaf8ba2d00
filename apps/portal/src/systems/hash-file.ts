import type { HashNews, HashOrder } from './hash-worker.ts';
import type { DigestName } from './timestamp/api.ts';

/** The file cannot be read: it was moved, changed or is held by another program. */
export class UnreadableFile extends Error {}

/**
 * The digest of a file, hexadecimal, computed in a thread of its own so that the page stays responsive. `onProgress` is told the octets that
 * were read. Rejects with {@link UnreadableFile}, or with `AbortError` when it was cancelled.
 */
export function hashFile(
  file: Blob,
  algorithm: DigestName,
  { signal, onProgress }: { readonly signal?: AbortSignal; readonly onProgress?: (read: number) => void } = {},
): Promise<string> {
  return new Promise((resolve, reject) => {
    const worker = new Worker(new URL('./hash-worker.ts', import.meta.url), { type: 'module' });
    const end = (): void => {
      worker.terminate();
      signal?.removeEventListener('abort', cancel);
    };
    const cancel = (): void => {
      end();
      reject(new DOMException('cancelled', 'AbortError'));
    };
    if (signal?.aborted) {
      cancel();
      return;
    }
    signal?.addEventListener('abort', cancel);
    worker.onmessage = ({ data }: MessageEvent<HashNews>) => {
      if (data.kind === 'progress') {
        onProgress?.(data.read);
        return;
      }
      end();
      if (data.kind === 'done') resolve(data.digest);
      else reject(new UnreadableFile(file instanceof File ? file.name : ''));
    };
    worker.onerror = (event) => {
      event.preventDefault();
      end();
      reject(new UnreadableFile('worker'));
    };
    worker.postMessage({ file, algorithm } satisfies HashOrder);
  });
}
