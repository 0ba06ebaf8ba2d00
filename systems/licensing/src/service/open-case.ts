import { type CaseState, reduceCase, type ServiceDefinition } from '@tra/cases';
import { type Caller, maySeeCase } from '../caller.ts';
import type { Licensing } from '../context.ts';
import { LicensingError } from '../errors.ts';
import { type CaseRecord, findCase, type Tables } from '../store/case-store.ts';

/** A case read for somebody who may see it. */
export interface OpenCase extends CaseRecord {
  readonly definition: ServiceDefinition;
  readonly state: CaseState;
}

/** Looks at the version that the client saw; throws when it saw none or another one. */
export type Precondition = (version: number) => void;

/** Puts a record together with its definition and its state. */
export function understand(licensing: Licensing, record: CaseRecord): OpenCase {
  const definition = licensing.services.getVersion(record.row.service_id, record.row.service_version);
  const state = reduceCase(
    definition,
    record.events.map((stored) => stored.event),
  );
  return { ...record, definition, state };
}

/** Reads a case for somebody. Throws `licensing.application_unknown` when there is none or they may not see it: the same answer. */
export async function getOpenCase(
  licensing: Licensing,
  tables: Tables,
  options: { readonly id: string; readonly caller: Caller; readonly lock?: boolean },
): Promise<OpenCase> {
  const record = await findCase(tables, options.id, options.lock);
  if (!record || !maySeeCase(options.caller, record.row)) throw new LicensingError('licensing.application_unknown');
  return understand(licensing, record);
}

/** Locks a case whose form somebody wants to change. Throws `licensing.application_unknown` and `licensing.not_editable`. */
export async function getEditableCase(
  licensing: Licensing,
  trx: Tables,
  options: { readonly id: string; readonly caller: Caller; readonly precondition: Precondition },
): Promise<OpenCase> {
  const found = await getOpenCase(licensing, trx, { ...options, lock: true });
  if (found.row.applicant !== options.caller.accountId) throw new LicensingError('licensing.not_editable');
  options.precondition(found.row.version);
  if (found.definition.machine.states[found.row.state]?.editable !== true)
    throw new LicensingError('licensing.not_editable');
  return found;
}
