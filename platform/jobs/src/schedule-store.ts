import { sql } from '@tra/platform-storage';
import type { Tables } from './queue-store.ts';

/** Makes a schedule known, or changes its interval. A new one is due at once. */
export async function saveSchedule(database: Tables, name: string, everyMs: number, now: Date): Promise<void> {
  const latest = new Date(now.getTime() + everyMs);
  await sql`
    INSERT INTO jobs_schedules (name, every_ms, next_at) VALUES (${name}, ${everyMs}, ${now})
    ON CONFLICT (name) DO UPDATE SET every_ms = excluded.every_ms,
      next_at = least(jobs_schedules.next_at, ${latest})`.execute(database);
}

/**
 * Moves on those of `names` that are due and resolves to them. Only one of several processes gets each; times that were
 * missed while nothing ran count once, and the beat is kept.
 */
export async function takeDueSchedules(trx: Tables, names: readonly string[], now: Date): Promise<string[]> {
  const { rows } = await sql<{ name: string }>`
    UPDATE jobs_schedules SET next_at = next_at + make_interval(secs =>
      every_ms / 1000.0 * (floor(extract(epoch FROM ${now}::timestamptz - next_at) * 1000 / every_ms) + 1)::float8)
    WHERE name = ANY(${[...names]}) AND next_at <= ${now} RETURNING name`.execute(trx);
  return rows.map(({ name }) => name);
}

/** Whether one of `names` is due. */
export async function anyScheduleDue(database: Tables, names: readonly string[], now: Date): Promise<boolean> {
  if (names.length === 0) return false;
  const { rows } = await sql`
    SELECT FROM jobs_schedules WHERE name = ANY(${[...names]}) AND next_at <= ${now} LIMIT 1`.execute(database);
  return rows.length > 0;
}

/** When the next of `names` is due; null when none is known. */
export async function nextSchedule(database: Tables, names: readonly string[]): Promise<Date | null> {
  if (names.length === 0) return null;
  const { rows } = await sql<{ at: Date | null }>`
    SELECT min(next_at) AS at FROM jobs_schedules WHERE name = ANY(${[...names]})`.execute(database);
  return rows[0]?.at ?? null;
}
