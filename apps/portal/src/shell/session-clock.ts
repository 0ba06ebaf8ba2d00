/** The warning comes this long before the session ends (WCAG 2.2.1 asks for at least 20 seconds). */
export const WARN_BEFORE_MS = 120_000;

/** A person who is active has the session lengthened quietly, at most this often. */
export const REFRESH_EVERY_MS = 5 * 60_000;

export interface SessionMoment {
  readonly now: number;
  readonly expiresAt: number;
  readonly loadedAt: number;
  readonly activeAt: number;
}

/** What to do now: nothing, lengthen quietly because somebody is there, warn, or say that it ended. */
export function sessionStep(moment: SessionMoment): 'wait' | 'refresh' | 'warn' | 'ended' {
  const left = moment.expiresAt - moment.now;
  if (left <= 0) return 'ended';
  const wasActive = moment.activeAt > moment.loadedAt;
  if (left <= WARN_BEFORE_MS) return 'warn';
  return wasActive && moment.now - moment.loadedAt >= REFRESH_EVERY_MS ? 'refresh' : 'wait';
}

/** Whole minutes and seconds of what is left, never below zero. */
export function timeLeft(expiresAt: number, now: number): { minutes: number; seconds: number } {
  const seconds = Math.max(0, Math.ceil((expiresAt - now) / 1000));
  return { minutes: Math.floor(seconds / 60), seconds: seconds % 60 };
}
