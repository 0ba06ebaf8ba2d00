import type { Clock } from '@tra/kernel';
import type { Tables } from '../batches/store.ts';

/** An answer that may be used again. */
export interface KeptAnswer {
  readonly url: string;
  readonly answer: Uint8Array;
  readonly freshUntil: Date;
}

/** Answers of others, and failures, for as long as they count. */
export interface EvidenceCache {
  /** The answer while it is fresh; `failed` while the address rests. */
  find(key: string): Promise<Uint8Array | 'failed' | undefined>;
  keep(key: string, kept: KeptAnswer): Promise<void>;
  fail(key: string, until: Date): void;
  /** Removes what is no longer fresh. */
  sweep(): Promise<void>;
}

interface Held {
  readonly answer: Uint8Array | 'failed';
  readonly until: number;
}

const heldBytes = 64 * 1024 * 1024;
const heldEntries = 10_000;
/** Larger answers stay in the memory of this process. */
const storedBytes = 4 * 1024 * 1024;

/** A cache in memory; over a table that all processes share when there is one. */
export function createEvidenceCache({
  tables,
  clock,
}: {
  readonly tables?: () => Tables;
  readonly clock: Clock;
}): EvidenceCache {
  const held = new Map<string, Held>();
  let bytes = 0;
  const drop = (key: string): void => {
    const { answer } = held.get(key) ?? {};
    if (answer instanceof Uint8Array) bytes -= answer.length;
    held.delete(key);
  };
  const hold = (key: string, entry: Held): void => {
    drop(key);
    held.set(key, entry);
    if (entry.answer instanceof Uint8Array) bytes += entry.answer.length;
    while ((bytes > heldBytes || held.size > heldEntries) && held.size > 1) drop(held.keys().next().value ?? '');
  };
  const now = (): number => clock.now().getTime();
  return {
    find: async (key) => {
      const entry = held.get(key);
      if (entry && entry.until > now()) return entry.answer;
      if (entry) drop(key);
      const row = await tables?.()
        .selectFrom('validation_evidence')
        .selectAll()
        .where('key', '=', key)
        .executeTakeFirst();
      if (!row || row.fresh_until.getTime() <= now()) return undefined;
      hold(key, { answer: row.answer, until: row.fresh_until.getTime() });
      return row.answer;
    },
    keep: async (key, { url, answer, freshUntil }) => {
      hold(key, { answer, until: freshUntil.getTime() });
      if (!tables || answer.length > storedBytes || freshUntil.getTime() <= now()) return;
      const row = { url: url.slice(0, 2000), answer, fetched_at: clock.now(), fresh_until: freshUntil };
      await tables()
        .insertInto('validation_evidence')
        .values({ key, ...row })
        .onConflict((conflict) => conflict.column('key').doUpdateSet(row))
        .execute();
    },
    fail: (key, until) => hold(key, { answer: 'failed', until: until.getTime() }),
    sweep: async () => {
      await tables?.().deleteFrom('validation_evidence').where('fresh_until', '<=', clock.now()).execute();
    },
  };
}
