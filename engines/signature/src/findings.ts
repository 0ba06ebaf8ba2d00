import type { ErrorParams } from '@tra/kernel';
import type { Check } from '@tra/pki';
import { type FindingCode, rules } from './rules.ts';

/** The check that says `code`, with the status and the clause of its rule. */
export function finding(code: FindingCode, params?: ErrorParams): Check {
  const { status, clause } = rules[code];
  const named = clause === 'licence' ? {} : { clause: `EN 319 102-1 ${clause}` };
  return params ? { code, status, ...named, params } : { code, status, ...named };
}

/** Whether `checks` hold one of `codes`; the first such check. */
export function findCheck(checks: readonly Check[], codes: readonly FindingCode[]): Check | undefined {
  return checks.find(({ code }) => codes.includes(code as FindingCode));
}
