import type { Clock } from '@tra/kernel';
import { type Database, type Kysely, type MigrationSet, sql } from '@tra/platform-storage';
import type { IdempotencyClaim, IdempotencyStore } from './idempotency.ts';

interface Row {
  readonly fingerprint: string;
  readonly status: number | null;
  readonly headers: Record<string, string> | null;
  readonly body: Uint8Array | null;
}

const pruneEvery = 500;

/** The table behind {@link createIdempotencyStore}. */
export const migrations: MigrationSet = { owner: 'http', directory: new URL('../migrations/', import.meta.url) };

/** What a store in the database needs. */
export interface IdempotencyStoreOptions {
  readonly database: Database;
  readonly clock: Clock;
  /** How long answers are kept; 24 when absent. */
  readonly hours?: number;
  /** After how long a claim without an answer ends by itself, seconds; 120 when absent. */
  readonly claimSeconds?: number;
}

function outcomeOf(row: Row | undefined, fingerprint: string): IdempotencyClaim {
  if (!row) return { outcome: 'running' };
  if (row.fingerprint !== fingerprint) return { outcome: 'conflict' };
  if (row.status === null || row.headers === null || row.body === null) return { outcome: 'running' };
  return { outcome: 'answered', answer: { status: row.status, headers: row.headers, body: row.body } };
}

async function claimRow(
  tables: Kysely<unknown>,
  key: string,
  fingerprint: string,
  times: { now: Date; until: Date; expires: Date },
) {
  // One statement, so that of several requests at the same time exactly one gets the row.
  const claimed = await sql`
    INSERT INTO http_idempotency_keys AS kept (key, fingerprint, claimed_until, expires_at)
    VALUES (${key}, ${fingerprint}, ${times.until}, ${times.expires})
    ON CONFLICT (key) DO UPDATE SET fingerprint = excluded.fingerprint, claimed_until = excluded.claimed_until,
      expires_at = excluded.expires_at, status = NULL, headers = NULL, body = NULL
    WHERE kept.expires_at <= ${times.now}
      OR (kept.status IS NULL AND kept.claimed_until <= ${times.now} AND kept.fingerprint = excluded.fingerprint)
    RETURNING key`.execute(tables);
  return claimed.rows.length > 0;
}

/**
 * Keeps answers in the database, for all processes that share it. A claim that its process could not finish (it was killed) ends
 * after `claimSeconds`; what is older than `hours` is removed on the way.
 */
export function createIdempotencyStore(options: IdempotencyStoreOptions): IdempotencyStore {
  const { database, clock, hours = 24, claimSeconds = 120 } = options;
  let claims = 0;
  const prune = async (now: Date): Promise<void> => {
    claims += 1;
    if (claims % pruneEvery !== 1) return;
    await sql`DELETE FROM http_idempotency_keys WHERE key IN
      (SELECT key FROM http_idempotency_keys WHERE expires_at <= ${now} LIMIT 1000)`.execute(database.tables());
  };
  return {
    claim: async (key, fingerprint) => {
      const now = clock.now();
      await prune(now);
      const until = new Date(now.getTime() + claimSeconds * 1000);
      const expires = new Date(now.getTime() + hours * 3_600_000);
      const tables = database.tables<unknown>();
      if (await claimRow(tables, key, fingerprint, { now, until, expires })) return { outcome: 'claimed' };
      const found = await sql<Row>`SELECT fingerprint, status, headers, body FROM http_idempotency_keys
        WHERE key = ${key}`.execute(tables);
      return outcomeOf(found.rows[0], fingerprint);
    },
    complete: async (key, answer) => {
      await sql`UPDATE http_idempotency_keys SET status = ${answer.status}, headers = ${JSON.stringify(answer.headers)}::jsonb,
        body = ${Buffer.from(answer.body)} WHERE key = ${key}`.execute(database.tables());
    },
    release: async (key) => {
      await sql`DELETE FROM http_idempotency_keys WHERE key = ${key} AND status IS NULL`.execute(database.tables());
    },
  };
}
