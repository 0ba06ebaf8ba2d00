import type { SignatureData } from '../diagnostic/signature.ts';
import { instantOf } from '../policy/algorithms.ts';
import { durationOf } from '../policy/rules.ts';
import type { Block, Failure } from './block.ts';
import { ms, type Process } from './context.ts';

const constraints: Failure = ['INDETERMINATE', 'SIG_CONSTRAINTS_FAILURE'];

/** The claimed time plus the delay that the policy allows lies after `best`: clauses 5.5.4 step 5 and 5.6.3.4 step 8. */
export function checkDelay(
  block: Block,
  process: Process,
  { claimedSigningTime: claimed }: SignatureData,
  best: number,
): void {
  const delay = process.policy.timestamp?.timestampDelay;
  if (!delay) return;
  const params = { claimed: claimed ?? '-', time: instantOf(best) };
  block.check('process.long_term.delay', delay, ms(claimed) + durationOf(delay) > best, constraints, { params });
}
