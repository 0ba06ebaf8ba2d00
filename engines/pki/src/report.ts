import type { ErrorParams, Verdict } from '@tra/kernel';

/** One thing that was looked at during a validation; used by every report of the product. */
export interface Check {
  /** What was found, such as `pki.expired`; the message key in both languages. */
  readonly code: string;
  readonly status: Verdict;
  /** The clause that demands the check, such as `RFC 5280 6.1.3 (a)(2)`. */
  readonly clause?: string;
  readonly params?: ErrorParams;
}

/** The worst status among `checks`: failed before indeterminate before passed. */
export function worstStatus(checks: readonly Check[]): Verdict {
  if (checks.some(({ status }) => status === 'failed')) return 'failed';
  return checks.some(({ status }) => status === 'indeterminate') ? 'indeterminate' : 'passed';
}
