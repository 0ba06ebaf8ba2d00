/**
 * Leap seconds come at the end of a UTC month (ITU-R TF.460). Machines repeat or skip a second then, or go on and are wrong by one until
 * somebody corrects them, and none of them can say 23:59:60. So when one is announced, no time is vouched for from a second before to a
 * second after it, and what the sources agreed on before is worth nothing after.
 */
const around = 1000;

/** Whether a wall clock stands at an announced leap second, or past it; `since` is when it was last compared. Milliseconds since 1970. */
export function leapPassage(since: number, now: number): 'before' | 'at' | 'past' {
  const date = new Date(since);
  const boundary = Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + 1);
  if (now < boundary - around) return 'before';
  return now < boundary + around ? 'at' : 'past';
}
