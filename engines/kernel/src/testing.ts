import type { Clock, Random } from './ports.ts';

/** A clock that stands still until told otherwise. */
export interface SteppedClock extends Clock {
  /** Moves the clock forward by `milliseconds`. */
  advance(milliseconds: number): void;
}

/** A clock for tests that shows `start` until it is advanced. */
export function steppedClock(start: string | Date): SteppedClock {
  let now = new Date(start).getTime();
  return {
    now: () => new Date(now),
    advance: (milliseconds) => {
      now += milliseconds;
    },
  };
}

/** Repeatable bytes for tests (xorshift32); never for real ids or keys. */
export function seededRandom(seed: number): Random {
  let state = seed | 0 || 1;
  return {
    bytes: (length) => {
      const bytes = new Uint8Array(length);
      for (let index = 0; index < length; index += 1) {
        state ^= state << 13;
        state ^= state >>> 17;
        state ^= state << 5;
        bytes[index] = state & 0xff;
      }
      return bytes;
    },
  };
}
