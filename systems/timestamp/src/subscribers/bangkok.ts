const offset = 7 * 3_600_000;
const day = 86_400_000;

/** Calendar day in Bangkok, which keeps no summer time: `2026-11-21`. */
export function bangkokDay(milliseconds: number): string {
  return new Date(milliseconds + offset).toISOString().slice(0, 10);
}

/** The first millisecond of the day after, in Bangkok. */
export function nextBangkokDay(milliseconds: number): number {
  return (Math.floor((milliseconds + offset) / day) + 1) * day - offset;
}

/** The first millisecond of the month after, in Bangkok. */
export function nextBangkokMonth(milliseconds: number): number {
  const here = new Date(milliseconds + offset);
  return Date.UTC(here.getUTCFullYear(), here.getUTCMonth() + 1, 1) - offset;
}
