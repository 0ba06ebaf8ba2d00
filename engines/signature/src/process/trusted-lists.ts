import type { TrustedListData } from '../diagnostic/model.ts';
import { durationOf } from '../policy/rules.ts';
import { Block, type Failure } from './block.ts';
import { allows, ms, type Process } from './context.ts';
import type { BlockReport } from './report.ts';

const failure: Failure = ['INDETERMINATE', 'CHAIN_CONSTRAINTS_FAILURE'];

/** Whether a trusted list may be relied on at the validation time: ETSI TS 119 615 clause 4.1. Its result warns; certificates decide. */
export function checkTrustedList({ policy, now }: Process, list: TrustedListData): BlockReport {
  const block = new Block('trusted-list', 'ETSI TS 119 615 4.1', list.id);
  const rules = policy.trustedLists ?? {};
  const params = { list: list.url ?? list.countryCode ?? list.id };
  const { tlFreshness: freshness, tlVersion: versions } = rules;
  const fresh = freshness !== undefined && ms(list.loaded) >= now - durationOf(freshness);
  block.check('process.trusted_list.fresh', freshness, fresh, failure, { params });
  block.check(
    'process.trusted_list.in_force',
    rules.tlNotExpired,
    list.nextUpdate !== undefined && ms(list.nextUpdate) >= now,
    failure,
    { params },
  );
  const version = list.version === undefined ? undefined : String(list.version);
  block.check('process.trusted_list.version', versions, allows(versions?.values ?? [], version), failure, { params });
  block.check('process.trusted_list.structure', rules.tlStructure, list.structureValid !== false, failure, { params });
  block.check('process.trusted_list.signed', rules.tlWellSigned, list.wellSigned, failure, { params });
  return block.close();
}
