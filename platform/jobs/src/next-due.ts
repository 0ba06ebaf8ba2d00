import { nextRun, type Tables } from './queue-store.ts';
import { nextSchedule } from './schedule-store.ts';

/** What a process looks after. */
export interface Duties {
  readonly schedules: readonly string[];
  readonly kinds: readonly string[];
}

/** Milliseconds after `now` when something of `duties` is due next; at most 0 when it is already, infinite when nothing is planned. */
export async function untilNextDue(database: Tables, { schedules, kinds }: Duties, now: Date): Promise<number> {
  const planned = [await nextSchedule(database, schedules), await nextRun(database, kinds)];
  return Math.min(...planned.map((at) => (at === null ? Number.POSITIVE_INFINITY : at.getTime() - now.getTime())));
}
