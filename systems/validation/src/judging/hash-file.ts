import { once } from 'node:events';
import type { Digests, LargeFile } from '../digests.ts';
import { startWorker } from './start-worker.ts';

/** All digests of a large file, made in a thread of its own. */
export async function hashInThread({ descriptor, size }: LargeFile): Promise<Digests> {
  const worker = startWorker('hash-worker', { name: 'tra-validation-hash', workerData: { descriptor, size } });
  try {
    const [digests] = await once(worker, 'message');
    return digests as Digests;
  } finally {
    await worker.terminate();
  }
}
