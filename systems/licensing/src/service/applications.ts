import { evaluate, type FormData, openCase, type ServiceDefinition, tidyData } from '@tra/cases';
import { uuidv7 } from '@tra/kernel';
import { type Caller, mayRead } from '../caller.ts';
import type { Licensing } from '../context.ts';
import { LicensingError } from '../errors.ts';
import { type CaseQuery, listOwnCases, listQueue, type Page } from '../store/case-list.ts';
import { countDrafts, insertCase, type NewCase, updateCase } from '../store/case-store.ts';
import { searchText } from '../store/search.ts';
import type { CaseRow, LicensingTables } from '../store/tables.ts';
import { recordEvent } from './events.ts';
import { checkDraft } from './form-faults.ts';
import { getEditableCase, getOpenCase, type OpenCase, type Precondition } from './open-case.ts';

const alphabet = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';

/** A reference that people read out and type, such as `EC-7K3M-Q2XZ`: 40 random bits without look-alikes. */
function newReference(licensing: Licensing, definition: ServiceDefinition): string {
  const letters = [...licensing.random.bytes(8)].map((byte) => alphabet[byte & 31]).join('');
  return `${definition.reference}-${letters.slice(0, 4)}-${letters.slice(4)}`;
}

function textOf(definition: ServiceDefinition, member: 'holder' | 'businessName', data: FormData): string {
  const value = evaluate(definition.document[member], data);
  return typeof value === 'string' ? value : '';
}

/** The words by which a case is found. */
export function caseSearch(definition: ServiceDefinition, reference: string, data: FormData): string {
  return searchText(reference, textOf(definition, 'holder', data), textOf(definition, 'businessName', data));
}

/** Opens a draft. Throws `licensing.service_unknown`, `licensing.form_invalid`, `licensing.too_many_drafts`. */
export async function createApplication(
  licensing: Licensing,
  caller: Caller,
  given: { readonly service: string; readonly data?: unknown },
): Promise<OpenCase> {
  const definition = licensing.services.get(given.service);
  checkDraft(licensing, definition, { data: given.data ?? {}, language: caller.language });
  const data = tidyData(definition, (given.data ?? {}) as FormData);
  const id = uuidv7(licensing.clock, licensing.random);
  const event = openCase(definition, { accountId: caller.accountId, now: licensing.clock.now() });
  return licensing.database.transaction<LicensingTables, OpenCase>(async (trx) => {
    await refuseTooManyDrafts(licensing, trx, { caller, definition });
    const base = {
      id,
      service_id: definition.id,
      service_version: definition.version,
      agency_id: definition.agency.id,
    };
    for (let attempt = 0; attempt < 5; attempt += 1) {
      const reference = newReference(licensing, definition);
      const search = caseSearch(definition, reference, data);
      const row: NewCase = { ...base, reference, applicant: caller.accountId, data, search };
      if (!(await insertCase(trx, row, event, uuidv7(licensing.clock, licensing.random)))) continue;
      await recordEvent(licensing, trx, { caseId: id, reference, service: definition.id, event });
      return getOpenCase(licensing, trx, { id, caller });
    }
    throw new Error('no free reference was found');
  });
}

async function refuseTooManyDrafts(
  licensing: Licensing,
  trx: Parameters<typeof countDrafts>[0],
  given: { readonly caller: Caller; readonly definition: ServiceDefinition },
): Promise<void> {
  const states = Object.entries(given.definition.machine.states).flatMap(([name, state]) =>
    state.editable ? [name] : [],
  );
  const max = licensing.config.draftsPerAccount;
  if ((await countDrafts(trx, given.caller.accountId, states)) >= max) {
    throw new LicensingError('licensing.too_many_drafts', { params: { max } });
  }
}

/** Reads an application. Throws `licensing.application_unknown`. */
export async function getApplication(licensing: Licensing, caller: Caller, id: string): Promise<OpenCase> {
  return getOpenCase(licensing, licensing.database.tables<LicensingTables>(), { id, caller });
}

/** Replaces the answers of a draft. Throws `licensing.application_unknown`, `licensing.not_editable`, `licensing.form_invalid`, `licensing.version_conflict`. */
export async function saveData(
  licensing: Licensing,
  caller: Caller,
  given: { readonly id: string; readonly data: unknown; readonly precondition: Precondition },
): Promise<OpenCase> {
  const { id, precondition } = given;
  return licensing.database.transaction<LicensingTables, OpenCase>(async (trx) => {
    const { row, definition } = await getEditableCase(licensing, trx, { id, caller, precondition });
    checkDraft(licensing, definition, { data: given.data, language: caller.language });
    const data = tidyData(definition, given.data as FormData);
    const search = caseSearch(definition, row.reference, data);
    await updateCase(trx, row, { data, search, updated_at: licensing.clock.now() });
    return getOpenCase(licensing, trx, { id, caller });
  });
}

/** What a list is asked for. */
export interface ListRequest extends CaseQuery {
  readonly scope: 'mine' | 'queue';
  readonly state?: string;
}

/** States in which the roles of somebody have something to do. */
function statesFor(definition: ServiceDefinition, caller: Caller): string[] {
  return Object.entries(definition.machine.states).flatMap(([name, state]) => {
    const mine = Object.values(state.on ?? {}).some(
      (transition) => transition.scope !== 'document' && transition.by.some((role) => caller.roles.includes(role)),
    );
    return mine ? [name] : [];
  });
}

/** A page of somebody's own applications, or of those that wait for them. Throws `licensing.state_unknown`. */
export async function listApplications(
  licensing: Licensing,
  caller: Caller,
  request: ListRequest,
): Promise<Page<CaseRow>> {
  const tables = licensing.database.tables<LicensingTables>();
  const { state, scope, ...query } = request;
  const known = licensing.services.all();
  if (state !== undefined && !known.some((definition) => Object.hasOwn(definition.machine.states, state))) {
    throw new LicensingError('licensing.state_unknown');
  }
  const chosen = state === undefined ? undefined : [state];
  if (scope === 'mine')
    return listOwnCases(tables, caller.accountId, { ...query, ...(chosen ? { states: chosen } : {}) });
  const readable = known.filter((definition) => mayRead(caller, definition.agency.id));
  const auditor = caller.roles.includes('auditor');
  const waiting = [...new Set(readable.flatMap((definition) => statesFor(definition, caller)))];
  const states = chosen ?? (auditor && waiting.length === 0 ? undefined : waiting);
  const services = readable.map((definition) => definition.id);
  return listQueue(tables, { ...query, services, ...(states ? { states } : {}) });
}
