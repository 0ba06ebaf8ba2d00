import type { KnownSubscriber } from './key-cache.ts';

interface Bucket {
  tokens: number;
  at: number;
}

/** Requests per second of each subscriber in this process: a bucket that holds one second's worth. */
export class RateLimit {
  readonly #buckets: Map<string, Bucket> = new Map();

  /** Milliseconds to wait; 0 when the request may go on. */
  take({ id, perSecond }: KnownSubscriber, now: number): number {
    if (perSecond === undefined) return 0;
    const bucket = this.#buckets.get(id);
    if (!bucket) {
      this.#buckets.set(id, { tokens: perSecond - 1, at: now });
      return 0;
    }
    bucket.tokens = Math.min(perSecond, bucket.tokens + (Math.max(0, now - bucket.at) / 1000) * perSecond);
    bucket.at = now;
    if (bucket.tokens < 1) return Math.ceil(((1 - bucket.tokens) / perSecond) * 1000);
    bucket.tokens -= 1;
    return 0;
  }

  forget(id: string): void {
    this.#buckets.delete(id);
  }
}
