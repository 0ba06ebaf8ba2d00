import type { Clock } from '@tra/kernel';

/** How often others may be asked for documents that anybody sends. */
export interface RequestBudget {
  /** Takes one request from the minute; false when there is none left for this asker or for all. */
  spend(asker: string): boolean;
}

/** Requests per minute. */
export interface BudgetLimits {
  readonly perAsker: number;
  readonly all: number;
}

const minuteMs = 60_000;

/** A budget that begins anew every minute. What is refused is not counted, so that one asker cannot use up what is left for others. */
export function createRequestBudget({ perAsker, all }: BudgetLimits, clock: Clock): RequestBudget {
  const spent = new Map<string, number>();
  let minute = Number.NaN;
  let total = 0;
  return {
    spend: (asker) => {
      const now = Math.floor(clock.now().getTime() / minuteMs);
      if (now !== minute) {
        minute = now;
        total = 0;
        spent.clear();
      }
      const own = spent.get(asker) ?? 0;
      if (own >= perAsker || total >= all) return false;
      spent.set(asker, own + 1);
      total += 1;
      return true;
    },
  };
}
