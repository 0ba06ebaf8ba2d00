import { createHash } from 'node:crypto';
import type { Clock } from '@tra/kernel';
import type { IdentityConfig } from './config.ts';
import { IdentityError } from './errors.ts';
import type { IdentityStore } from './store.ts';

/** Who tries, and from where. */
export interface Attempter {
  readonly username: string;
  readonly address: string;
}

/** Counts wrong passwords, by account and address together and by address alone. Accounts that do not exist count alike. */
export interface FailureCounter {
  /** Throws `identity.too_many_attempts` with the seconds to wait. */
  check(who: Attempter): Promise<void>;
  add(who: Attempter): Promise<void>;
  /** Forgets the wrong passwords of this account from this address. */
  clear(who: Attempter): Promise<void>;
}

function keyOf(...parts: readonly string[]): string {
  return createHash('sha256').update(JSON.stringify(parts)).digest('hex');
}

/** A counter in the tables, shared by all processes. */
export function createFailureCounter(options: {
  readonly store: IdentityStore;
  readonly clock: Clock;
  readonly config: IdentityConfig;
}): FailureCounter {
  const { store, clock, config } = options;
  const pairKey = (who: Attempter): string => keyOf('pair', who.username, who.address);
  const addressKey = (who: Attempter): string => keyOf('address', who.address);
  const checkOne = async (key: string, limit: number): Promise<void> => {
    const now = clock.now();
    const row = await store.failures(key, now);
    if (!row || row.failures < limit) return;
    const seconds = Math.max(1, Math.ceil((row.window_ends_at.getTime() - now.getTime()) / 1000));
    throw new IdentityError('identity.too_many_attempts', { params: { seconds } });
  };
  return {
    check: async (who) => {
      await checkOne(pairKey(who), config.maxFailures);
      await checkOne(addressKey(who), config.maxFailuresPerAddress);
    },
    add: async (who) => {
      const now = clock.now();
      const windowEnds = new Date(now.getTime() + config.failureWindowMinutes * 60_000);
      await store.addFailure(pairKey(who), now, windowEnds);
      await store.addFailure(addressKey(who), now, windowEnds);
    },
    clear: (who) => store.clearFailures(pairKey(who)),
  };
}
