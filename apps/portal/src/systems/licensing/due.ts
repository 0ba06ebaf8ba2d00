const BANGKOK_MS = 7 * 3_600_000;
const DAY_MS = 86_400_000;

/** Whole calendar days in Bangkok from today to a moment: 0 is today, negative is past. */
export function daysFromToday(moment: string, now: Date): number {
  const dayOf = (time: number): number => Math.floor((time + BANGKOK_MS) / DAY_MS);
  return dayOf(new Date(moment).getTime()) - dayOf(now.getTime());
}
