import { readFileSync, readlinkSync } from 'node:fs';
import type { Worker } from 'node:worker_threads';

// proc(5): user and system time in ticks; Linux counts 100 in a second on every machine that Node runs on.
const tickMs = 10;

/** The folder in which Linux tells about the calling thread; undefined on other systems. */
export function ownThreadFolder(): string | undefined {
  try {
    return `/proc/${readlinkSync('/proc/thread-self')}`;
  } catch {
    return undefined;
  }
}

/**
 * Milliseconds of processor time that a thread has used. Without a folder: the time in which it was not waiting for anything, which is more when
 * other programs want the processor as well.
 */
export function threadMilliseconds(worker: Worker, folder: string | undefined): number {
  if (folder === undefined) return worker.performance.eventLoopUtilization().active;
  try {
    // The name in brackets may hold anything; user and system time are the 12th and 13th field behind it.
    const fields = readFileSync(`${folder}/stat`, 'latin1').split(') ').at(-1)?.split(' ') ?? [];
    return (Number(fields[11]) + Number(fields[12])) * tickMs;
  } catch {
    return worker.performance.eventLoopUtilization().active;
  }
}
