import { httpProblem } from '@tra/platform-http';

const windowMs = 60_000;
const mostKeys = 20_000;

/** Counts the requests of a minute. */
export interface RequestLimit {
  /** Throws `http.rate_limited` when `key` asked too often. */
  count(key: string): void;
}

/** At most `max` requests per minute and key, none counted when `max` is 0. Of very many keys the oldest are forgotten. */
export function createRequestLimit(max: number): RequestLimit {
  const windows = new Map<string, { count: number; readonly endsAt: number }>();
  return {
    count: (key) => {
      if (max === 0) return;
      const now = performance.now();
      let window = windows.get(key);
      if (!window || window.endsAt <= now) {
        window = { count: 0, endsAt: now + windowMs };
        windows.delete(key);
        windows.set(key, window);
        const oldest = windows.size > mostKeys ? windows.keys().next().value : undefined;
        if (oldest !== undefined) windows.delete(oldest);
      }
      window.count += 1;
      if (window.count <= max) return;
      const seconds = Math.ceil((window.endsAt - now) / 1000);
      throw httpProblem('http.rate_limited', { params: { seconds }, headers: { 'retry-after': String(seconds) } });
    },
  };
}
