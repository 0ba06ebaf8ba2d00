import type { Json } from '@tra/kernel';
import type { Logger } from '@tra/platform-telemetry';
import { JobsError } from './errors.ts';

/** What a handler is told beside the payload. */
export interface JobContext {
  /** 1 for the first run. */
  readonly attempt: number;
  /** Aborted when the time is over or the process ends; hand it to whatever takes long. */
  readonly signal: AbortSignal;
  readonly logger: Logger;
}

/** How jobs of one kind are done. */
export interface JobDefinition<P = Json> {
  /** Such as `licensing.issue`. */
  readonly kind: string;
  /** Does the job; it may run more than once for one job, so its effects must be the same each time. */
  readonly handle: (payload: P, context: JobContext) => Promise<void>;
  /** Runs before a job is laid aside as dead; 8 unless told. */
  readonly maxAttempts?: number;
  /** Jobs of this kind at the same time in one process; 4 unless told. */
  readonly concurrency?: number;
  /** Longest time of one run in milliseconds; 60,000 unless told. */
  readonly timeoutMs?: number;
}

/** How one run ended. */
export type Outcome =
  | { readonly kind: 'done' }
  | { readonly kind: 'failed'; readonly error: unknown }
  /** The process ends and the handler broke off. */
  | { readonly kind: 'interrupted' };

/** Runs a handler within its time. `stopping` is aborted when the process will wait no longer. */
export async function runWithin(
  work: (signal: AbortSignal) => Promise<void>,
  timeoutMs: number,
  stopping: AbortSignal,
): Promise<Outcome> {
  const timer = new AbortController();
  const late = new JobsError('jobs.timed_out', { params: { timeoutMs } });
  const timeout = setTimeout(() => timer.abort(late), timeoutMs);
  const aborted = new Promise<never>((_resolve, reject) => {
    timer.signal.addEventListener('abort', () => reject(late), { once: true });
  });
  try {
    const signal = AbortSignal.any([timer.signal, stopping]);
    await Promise.race([Promise.resolve().then(() => work(signal)), aborted]);
    return { kind: 'done' };
  } catch (error) {
    return stopping.aborted && error !== late ? { kind: 'interrupted' } : { kind: 'failed', error };
  } finally {
    clearTimeout(timeout);
  }
}

/** Code or name of an error: what may be stored about it. Its text may hold personal data. */
export function nameError(error: unknown): string {
  const code = (error as { code?: unknown } | null)?.code;
  if (typeof code === 'string') return code;
  return error instanceof Error ? error.name : 'Error';
}

/** Milliseconds to wait after failed attempt number `attempt`: 1 s doubling up to 5 min, by a random fifth more or less. */
export function backOff(attempt: number, randomByte: number): number {
  const full = Math.min(1_000 * 2 ** Math.min(attempt - 1, 20), 300_000);
  return Math.round(full * (0.8 + (0.4 * randomByte) / 255));
}
