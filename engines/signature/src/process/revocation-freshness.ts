import type { RevocationData } from '../diagnostic/revocation.ts';
import { instantOf } from '../policy/algorithms.ts';
import { durationOf } from '../policy/rules.ts';
import { Block, type Failure } from './block.ts';
import { type CertificateRole, certificatePart, ms, type Process, type TokenContext } from './context.ts';
import type { BlockReport } from './report.ts';

const tryLater: Failure = ['INDETERMINATE', 'TRY_LATER'];

/** For whose certificate, and when (milliseconds). */
export interface FreshnessOptions {
  readonly context: TokenContext;
  readonly role: CertificateRole;
  readonly time: number;
}

/** The revocation freshness checker: clause 5.2.5. */
export function checkFreshness(
  process: Process,
  data: RevocationData | undefined,
  { context, role, time }: FreshnessOptions,
): BlockReport {
  const block = new Block('revocation-freshness', '5.2.5', data?.id);
  if (!data) return block.close();
  const rules = certificatePart(process, context, role);
  const { revocationFreshness: freshness } = rules;
  const params = { thisUpdate: data.thisUpdate ?? '-', nextUpdate: data.nextUpdate ?? '-', time: instantOf(time) };
  if (freshness === undefined || freshness.level === 'IGNORE') {
    const rule = data.type === 'CRL' ? rules.crlNextUpdatePresent : rules.ocspNextUpdatePresent;
    block.check('process.freshness.next_update', rule, data.nextUpdate !== undefined, tryLater, { params });
  }
  const issued = ms(data.thisUpdate);
  if (freshness)
    block.check('process.freshness.fresh', freshness, issued > time - durationOf(freshness), tryLater, { params });
  else {
    const span = ms(data.nextUpdate) - issued;
    block.check('process.freshness.fresh', rules.revocationFreshnessNextUpdate, issued > time - span, tryLater, {
      params,
    });
  }
  return block.close();
}
