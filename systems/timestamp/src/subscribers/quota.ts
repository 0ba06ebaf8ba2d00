import type { Database } from '@tra/platform-storage';
import { bangkokDay, nextBangkokDay, nextBangkokMonth } from './bangkok.ts';
import type { KnownSubscriber } from './key-cache.ts';
import type { SubscriberTables, SubscriberTransaction } from './tables.ts';

/** Why nothing is left, and when there will be again (milliseconds since 1970). */
export interface Exhausted {
  readonly reason: 'quota_day' | 'quota_month';
  readonly until: number;
}

/** Digests that this process has taken of the quotas of one subscriber on one day, and not used yet. */
interface Lease {
  day: string;
  left: number;
  /** Digests that wait for more. */
  waiting: number;
  filling: Promise<Exhausted | undefined> | undefined;
  exhausted: (Exhausted & { readonly askAgain: number }) | undefined;
  usedAt: number;
}

/** Most that is taken at once. */
const mostAtOnce = 2_000;
/** Part of what is left that is taken at once, so that no process keeps much from the others. */
const part = 32;
const idleMs = 10_000;
const askAgainMs = 1_000;

/**
 * Quotas that all processes share. Each takes blocks out of one row per subscriber and period, under a lock of that row, and stamps from its block
 * without asking anybody. What is stamped never exceeds the quota. A block is at most a 32nd of what is left (2,000 at most); what a process
 * keeps unused for ten seconds, or at its stop, it gives back; what a killed process kept is lost to the subscriber.
 */
export class Quotas {
  readonly #database: Database;
  readonly #leases: Map<string, Lease> = new Map();

  constructor(database: Database) {
    this.#database = database;
  }

  /** Takes `count` out of the block in memory; false when {@link take} has to be waited for. */
  takeNow(subscriber: KnownSubscriber, count: number, now: number): boolean {
    if (subscriber.perDay === undefined && subscriber.perMonth === undefined) return true;
    const lease = this.#leases.get(subscriber.id);
    if (!lease || lease.left < count || lease.day !== bangkokDay(now)) return false;
    lease.left -= count;
    lease.usedAt = now;
    return true;
  }

  /** Takes `count`, out of the database when the block in memory does not hold as many. Resolves to why not. */
  async take(subscriber: KnownSubscriber, count: number, now: number): Promise<Exhausted | undefined> {
    const lease = await this.#leaseOf(subscriber.id, now);
    if (this.takeNow(subscriber, count, now)) return undefined;
    if (lease.exhausted && now < lease.exhausted.askAgain && lease.left === 0) return lease.exhausted;
    lease.waiting += count;
    try {
      for (;;) {
        const wanted = lease.filling ?? this.#fill(lease, subscriber, now);
        const exhausted = await wanted;
        if (this.takeNow(subscriber, count, now)) return undefined;
        if (exhausted) return exhausted;
        // Midnight passed meanwhile: the block belongs to another day.
        if (this.#leases.get(subscriber.id) !== lease) return await this.take(subscriber, count, now);
      }
    } finally {
      lease.waiting -= count;
    }
  }

  /** Gives back what was taken and not stamped. */
  giveBack(subscriber: KnownSubscriber, count: number, now: number): void {
    if (subscriber.perDay === undefined && subscriber.perMonth === undefined) return;
    const lease = this.#leases.get(subscriber.id);
    if (lease?.day !== bangkokDay(now)) return;
    lease.left += count;
    lease.exhausted = undefined;
  }

  async #leaseOf(id: string, now: number): Promise<Lease> {
    const found = this.#leases.get(id);
    const day = bangkokDay(now);
    if (found?.day === day) return found;
    const fresh: Lease = { day, left: 0, waiting: 0, filling: undefined, exhausted: undefined, usedAt: now };
    this.#leases.set(id, fresh);
    if (found) await this.#release(id, found);
    return fresh;
  }

  #fill(lease: Lease, subscriber: KnownSubscriber, now: number): Promise<Exhausted | undefined> {
    // The others of this turn are to be counted before the database is asked.
    lease.filling = Promise.resolve()
      .then(() => this.#lease(subscriber, lease, now))
      .finally(() => {
        lease.filling = undefined;
      });
    return lease.filling;
  }

  async #lease(subscriber: KnownSubscriber, lease: Lease, now: number): Promise<Exhausted | undefined> {
    const { day } = lease;
    const wanted = lease.waiting - lease.left;
    const limits = [
      { period: day, limit: subscriber.perDay, reason: 'quota_day', until: nextBangkokDay(now) },
      { period: day.slice(0, 7), limit: subscriber.perMonth, reason: 'quota_month', until: nextBangkokMonth(now) },
    ] as const;
    const { granted, tightest } = await this.#database.transaction<SubscriberTables, Leased>(async (trx) => {
      const left: number[] = [];
      // Day before month, in every process: no two wait for each other.
      for (const { period, limit } of limits)
        left.push((limit ?? Number.MAX_SAFE_INTEGER) - (await lockPeriod(trx, subscriber.id, period)));
      const least = Math.max(0, Math.min(...left));
      const block = Math.min(least, Math.max(wanted, Math.min(mostAtOnce, Math.floor(least / part))));
      for (const { period } of limits) await addLeased(trx, { subscriber: subscriber.id, period, count: block });
      return { granted: block, tightest: (left[1] ?? 0) < (left[0] ?? 0) ? limits[1] : limits[0] };
    });
    lease.left += granted;
    if (granted >= wanted) return undefined;
    const exhausted = { reason: tightest.reason, until: tightest.until };
    lease.exhausted = { ...exhausted, askAgain: now + askAgainMs };
    return exhausted;
  }

  async #release(id: string, lease: Lease): Promise<void> {
    const { left, day } = lease;
    if (left === 0) return;
    lease.left = 0;
    try {
      await this.#database.transaction<SubscriberTables, void>(async (trx) => {
        for (const period of [day, day.slice(0, 7)]) await addLeased(trx, { subscriber: id, period, count: -left });
      });
    } catch (error) {
      lease.left += left;
      throw error;
    }
  }

  /** Gives back the blocks that nobody used lately. */
  async releaseIdle(now: number): Promise<void> {
    for (const [id, lease] of this.#leases) {
      if (lease.filling || lease.waiting > 0 || now - lease.usedAt < idleMs) continue;
      await this.#release(id, lease);
      if (lease.left === 0 && this.#leases.get(id) === lease && !lease.filling) this.#leases.delete(id);
    }
  }

  /** Forgets the block of a subscriber whose quotas changed, after giving it back. */
  async forget(id: string): Promise<void> {
    const lease = this.#leases.get(id);
    if (!lease) return;
    lease.exhausted = undefined;
    await this.#release(id, lease);
  }

  /** Gives back everything. */
  async close(): Promise<void> {
    for (const [id, lease] of this.#leases) await this.#release(id, lease);
  }
}

interface Leased {
  readonly granted: number;
  readonly tightest: { readonly reason: Exhausted['reason']; readonly until: number };
}

async function lockPeriod(trx: SubscriberTransaction, subscriber: string, period: string): Promise<number> {
  await trx
    .insertInto('timestamp_quota_leases')
    .values({ subscriber, period, leased: 0 })
    .onConflict((conflict) => conflict.doNothing())
    .execute();
  const row = await trx
    .selectFrom('timestamp_quota_leases')
    .select('leased')
    .where('subscriber', '=', subscriber)
    .where('period', '=', period)
    .forUpdate()
    .executeTakeFirstOrThrow();
  return Number(row.leased);
}

async function addLeased(
  trx: SubscriberTransaction,
  { subscriber, period, count }: { subscriber: string; period: string; count: number },
): Promise<void> {
  if (count === 0) return;
  await trx
    .updateTable('timestamp_quota_leases')
    .set((row) => ({ leased: row('leased', '+', count) }))
    .where('subscriber', '=', subscriber)
    .where('period', '=', period)
    .execute();
}
