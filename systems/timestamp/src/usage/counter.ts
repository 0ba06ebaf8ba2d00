import { type Database, sql } from '@tra/platform-storage';
import { bangkokDay, nextBangkokDay } from '../subscribers/bangkok.ts';
import type { SubscriberTables } from '../subscribers/tables.ts';

/** Under which name those are counted who show no key. */
export const ANONYMOUS = 'anonymous';

/** What one request came to. */
export interface Outcome {
  /** `granted`, or why not. */
  readonly outcome: string;
  /** Empty when it came to none. */
  readonly policy: string;
  readonly digests: number;
  readonly tokens: number;
}

interface Count {
  readonly day: string;
  readonly subscriber: string;
  readonly outcome: string;
  readonly policy: string;
  requests: number;
  digests: number;
  tokens: number;
}

const rowsAtOnce = 500;

/** Counts in memory, written to the database in groups. A process that is killed loses what it counted since the last group. */
export class UsageCounter {
  readonly #database: Database;
  /** Of today, by subscriber, then by what makes a row of its own. */
  #today: Map<string, Map<string, Count>> = new Map();
  /** Of days that ended, or that could not be written. */
  #waiting: Count[] = [];
  #keys: Map<string, number> = new Map();
  #day = '';
  #dayEnds = 0;

  constructor(database: Database) {
    this.#database = database;
  }

  /** Counts one request of `subscriber`. */
  add(subscriber: string, { outcome, policy, digests, tokens }: Outcome, now: number): void {
    if (now >= this.#dayEnds) this.#begin(now);
    let mine = this.#today.get(subscriber);
    if (!mine) {
      mine = new Map();
      this.#today.set(subscriber, mine);
    }
    const key = outcome === 'granted' ? policy : `${outcome} ${policy}`;
    let count = mine.get(key);
    if (!count) {
      count = { day: this.#day, subscriber, outcome, policy, requests: 0, digests: 0, tokens: 0 };
      mine.set(key, count);
    }
    count.requests += 1;
    count.digests += digests;
    count.tokens += tokens;
  }

  /** Notes when a key was used. */
  used(key: string, now: number): void {
    this.#keys.set(key, now);
  }

  #begin(now: number): void {
    this.#waiting.push(...this.#drain());
    this.#day = bangkokDay(now);
    this.#dayEnds = nextBangkokDay(now);
  }

  #drain(): Count[] {
    const counts = [...this.#today.values()].flatMap((mine) => [...mine.values()]);
    this.#today = new Map();
    return counts;
  }

  /** Writes what was counted; what cannot be written is kept for the next time. */
  async flush(): Promise<void> {
    const counts = merged([...this.#waiting, ...this.#drain()]);
    const keys = this.#keys;
    if (counts.length === 0 && keys.size === 0) return;
    this.#waiting = [];
    this.#keys = new Map();
    try {
      await this.#write(counts, keys);
    } catch (error) {
      this.#waiting.push(...counts);
      for (const [key, at] of keys) if (!this.#keys.has(key)) this.#keys.set(key, at);
      throw error;
    }
  }

  async #write(counts: readonly Count[], keys: ReadonlyMap<string, number>): Promise<void> {
    await this.#database.transaction<SubscriberTables, void>(async (trx) => {
      for (let at = 0; at < counts.length; at += rowsAtOnce) {
        await trx
          .insertInto('timestamp_usage')
          .values(counts.slice(at, at + rowsAtOnce))
          .onConflict((conflict) =>
            conflict.columns(['subscriber', 'day', 'policy', 'outcome']).doUpdateSet({
              requests: sql`timestamp_usage.requests + excluded.requests`,
              digests: sql`timestamp_usage.digests + excluded.digests`,
              tokens: sql`timestamp_usage.tokens + excluded.tokens`,
            }),
          )
          .execute();
      }
      for (const [key, at] of [...keys].sort(([a], [b]) => (a < b ? -1 : 1))) {
        await trx
          .updateTable('timestamp_subscriber_keys')
          .set({ last_used_at: new Date(at) })
          .where('id', '=', key)
          .execute();
      }
    });
  }
}

/** One count per row of the table, in the order that every process writes them in, so that no two wait for each other. */
function merged(counts: readonly Count[]): Count[] {
  const rows = new Map<string, Count>();
  for (const count of counts) {
    const key = JSON.stringify([count.subscriber, count.day, count.policy, count.outcome]);
    const other = rows.get(key);
    if (!other) rows.set(key, { ...count });
    else {
      other.requests += count.requests;
      other.digests += count.digests;
      other.tokens += count.tokens;
    }
  }
  return [...rows].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, count]) => count);
}
