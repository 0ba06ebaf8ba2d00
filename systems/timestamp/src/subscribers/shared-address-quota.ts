import type { Random } from '@tra/kernel';
import type { Database } from '@tra/platform-storage';
import { AddressDays } from './address-days.ts';
import { type AddressQuota, forgetFirst } from './address-quota.ts';
import { bangkokDay } from './bangkok.ts';

/** What this process holds of the quota of one address on one day. */
interface Held {
  readonly address: string;
  readonly day: string;
  /** Digests taken and not used yet; below zero: used without having been taken, while the database was away. */
  left: number;
  /** Digests given out since this is held. */
  used: number;
  /** Digests that wait for more. */
  waiting: number;
  filling: Promise<Answer> | undefined;
  /** Until when it is known that nothing is left. */
  spentUntil: number;
  usedAt: number;
}

type Answer = 'enough' | 'spent' | 'away';

/** What a {@link SharedAddressQuota} is made of. */
export interface SharedAddressQuotaOptions {
  readonly database: Database;
  readonly random: Random;
  readonly limit: number;
  /** Told once when the database does not answer, until it does again. */
  readonly onAway?: (error: unknown) => void;
  /** Milliseconds for which a request waits for the database. */
  readonly patienceMs?: number;
  /** Rows of a day above which this process counts for itself. */
  readonly mostRows?: number;
}

const idleMs = 10_000;
const askAgainMs = 1_000;
const tidyMs = 60_000;
const tidyIdleMs = 3_600_000;

/**
 * The quota of network addresses that all processes share, also after a restart: each takes small blocks out of one row per address and day and
 * stamps from them without asking anybody. What is not used for ten seconds goes back, and at the stop. While the database does not answer a
 * process goes on within the limit by what it counts itself, and books that when the database is back: nobody is kept from stamping because of a quota that
 * cannot be read, and during that time no address gets more than one limit from each process.
 */
export class SharedAddressQuota implements AddressQuota {
  readonly #days: AddressDays;
  readonly #limit: number;
  readonly #options: SharedAddressQuotaOptions;
  readonly #held: Map<string, Held> = new Map();
  #awayUntil = 0;
  #away = false;
  #full = false;
  #asked = false;
  #tidyAt = 0;

  constructor(options: SharedAddressQuotaOptions) {
    this.#options = options;
    this.#limit = options.limit;
    this.#days = new AddressDays(options);
  }

  take(address: string, count: number, now: number): boolean | Promise<boolean> {
    const held = this.#heldOf(address, now);
    held.usedAt = now;
    if (spend(held, count)) return true;
    if (count > this.#limit) return false;
    if (this.#full || now < this.#awayUntil) return this.#takeAlone(held, count);
    if (now < held.spentUntil) return false;
    return this.#takeShared(held, count, now);
  }

  giveBack(address: string, count: number, now: number): void {
    const held = this.#held.get(address);
    if (held?.day !== bangkokDay(now)) return;
    held.left += count;
    held.used = Math.max(0, held.used - count);
    held.spentUntil = 0;
  }

  #heldOf(address: string, now: number): Held {
    const found = this.#held.get(address);
    const day = bangkokDay(now);
    if (found?.day === day) return found;
    // What is left of a day that is over is of no use to anybody.
    const fresh: Held = { address, day, left: 0, used: 0, waiting: 0, filling: undefined, spentUntil: 0, usedAt: now };
    if (!found) forgetFirst(this.#held);
    this.#held.set(address, fresh);
    return fresh;
  }

  #takeAlone(held: Held, count: number): boolean {
    if (held.used + count > this.#limit) return false;
    held.left -= count;
    held.used += count;
    return true;
  }

  async #takeShared(held: Held, count: number, now: number): Promise<boolean> {
    held.waiting += count;
    try {
      for (;;) {
        held.filling ??= this.#fill(held, now);
        const answer = await this.#patiently(held.filling, now);
        if (spend(held, count)) return true;
        if (answer === 'away') return this.#takeAlone(held, count);
        if (answer === 'spent') return false;
      }
    } finally {
      held.waiting -= count;
    }
  }

  /** Never rejects. */
  async #fill(held: Held, now: number): Promise<Answer> {
    // The others of this turn are to be counted before the database is asked.
    await Promise.resolve();
    this.#asked = true;
    const wanted = held.waiting - held.left;
    try {
      const granted = await this.#days.take({ ...held, wanted, limit: this.#limit });
      this.#away = false;
      held.left += granted;
      if (granted >= wanted) return 'enough';
      held.spentUntil = now + askAgainMs;
      return 'spent';
    } catch (error) {
      this.#noteAway(error, now);
      return 'away';
    } finally {
      held.filling = undefined;
    }
  }

  #noteAway(error: unknown, now: number): void {
    this.#awayUntil = now + askAgainMs;
    if (this.#away) return;
    this.#away = true;
    this.#options.onAway?.(error);
  }

  async #patiently(filling: Promise<Answer>, now: number): Promise<Answer> {
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<Answer>((resolve) => {
      timer = setTimeout(() => {
        this.#noteAway(new Error('the database takes too long'), now);
        resolve('away');
      }, this.#options.patienceMs ?? 500).unref();
    });
    try {
      return await Promise.race([filling, late]);
    } finally {
      clearTimeout(timer);
    }
  }

  async flush(now: number): Promise<void> {
    const day = bangkokDay(now);
    const idle = [...this.#held.values()].filter((held) => held.day !== day || now - held.usedAt >= idleMs);
    // Where the table is full what was used is kept here for the day.
    await this.#release(this.#full ? idle.filter((held) => held.day !== day || held.left > 0) : idle, day);
    if (now >= this.#tidyAt + (this.#asked ? 0 : tidyIdleMs - tidyMs)) await this.#tidy(day, now);
  }

  async #tidy(day: string, now: number): Promise<void> {
    this.#tidyAt = now + tidyMs;
    this.#asked = false;
    await this.#days.removePast(now);
    this.#full = await this.#days.exceeds(day, this.#options.mostRows ?? 1_000_000);
  }

  /** Gives back what these hold, books what they used without, and forgets them. */
  async #release(all: readonly Held[], day: string): Promise<void> {
    const free = all.filter(({ filling, waiting }) => !filling && waiting === 0);
    const changes = free
      .filter((held) => held.day === day && held.left !== 0)
      .map((held) => ({ held, address: held.address, change: -held.left }));
    for (const { held } of changes) held.left = 0;
    try {
      await this.#days.change(day, changes);
    } catch (error) {
      for (const { held, change } of changes) held.left -= change;
      throw error;
    }
    for (const held of free) {
      const unused = held.day !== day || (held.left === 0 && !held.filling && held.waiting === 0);
      if (unused && this.#held.get(held.address) === held) this.#held.delete(held.address);
    }
  }

  async close(): Promise<void> {
    const days = new Set([...this.#held.values()].map(({ day }) => day));
    const [last] = [...days].sort().reverse();
    if (last !== undefined) await this.#release([...this.#held.values()], last);
  }
}

function spend(held: Held, count: number): boolean {
  if (held.left < count) return false;
  held.left -= count;
  held.used += count;
  return true;
}
