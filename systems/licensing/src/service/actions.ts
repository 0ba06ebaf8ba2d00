import { CasesError, type Command, decide, type Effect } from '@tra/cases';
import { uuidv7 } from '@tra/kernel';
import { actorOf, type Caller } from '../caller.ts';
import { ISSUE_JOB, type Licensing } from '../context.ts';
import { LicensingError } from '../errors.ts';
import { appendEvent, claimReceipt, type Tables } from '../store/case-store.ts';
import { setLicenceStatus } from '../store/licence-store.ts';
import type { LicensingTables } from '../store/tables.ts';
import { caseSearch } from './applications.ts';
import { recordEvent } from './events.ts';
import { formFaults, formRules, unprintable } from './form-faults.ts';
import { getOpenCase, type OpenCase, type Precondition } from './open-case.ts';

/** What somebody wants to do with a case. */
export interface ActionRequest {
  readonly id: string;
  readonly action: string;
  readonly reason?: string;
  readonly receiptNumber?: string;
  readonly precondition: Precondition;
  /** Whether the action belongs to the application or to the licence that came of it. */
  readonly scope: 'case' | 'document';
}

/**
 * Takes one action: event, head, audit record, outbox entry and job in one transaction.
 * Throws `licensing.application_unknown`, `licensing.version_conflict`, `licensing.receipt_used`, `licensing.form_invalid` and what
 * {@link decide} throws.
 */
export async function takeAction(licensing: Licensing, caller: Caller, request: ActionRequest): Promise<OpenCase> {
  return licensing.database.transaction<LicensingTables, OpenCase>(async (trx) => {
    const found = await getOpenCase(licensing, trx, { id: request.id, caller, lock: true });
    request.precondition(found.row.version);
    const decision = decideFor(licensing, caller, { found, request });
    for (const event of decision.events) {
      const { row, definition } = found;
      const search = event.data ? { search: caseSearch(definition, row.reference, event.data) } : {};
      await appendEvent(trx, row, event, { eventId: uuidv7(licensing.clock, licensing.random), ...search });
      if (event.receiptNumber !== undefined)
        await keepReceipt(trx, found, { ...event, receiptNumber: event.receiptNumber });
      await recordEvent(licensing, trx, { caseId: row.id, reference: row.reference, service: row.service_id, event });
      await carryOut(licensing, trx, { found, effects: decision.effects, at: event.at, reason: event.reason });
    }
    return getOpenCase(licensing, trx, { id: request.id, caller });
  });
}

function decideFor(
  licensing: Licensing,
  caller: Caller,
  given: { readonly found: OpenCase; readonly request: ActionRequest },
): ReturnType<typeof decide> {
  const { found, request } = given;
  const { definition, row, state } = found;
  const transition = definition.machine.states[state.state]?.on?.[request.action];
  if (transition && (transition.scope ?? 'case') !== request.scope) {
    throw new CasesError('cases.action_not_allowed', { params: { action: request.action, state: state.state } });
  }
  const online = licensing.server.demo && transition?.guard === 'payments.online';
  const command: Command = {
    ...formRules(licensing),
    action: request.action,
    actor: actorOf(caller, definition),
    now: licensing.clock.now(),
    data: row.data,
    attachments: found.attachments,
    paidOnline: online,
    ...(request.reason === undefined ? {} : { reason: request.reason }),
    ...receiptOf(found, { online, given: request.receiptNumber }),
  };
  try {
    const decision = decide(definition, state, command);
    const faults = decision.events.flatMap((event) =>
      event.data ? unprintable(licensing, definition, event.data) : [],
    );
    if (faults.length > 0) throw new CasesError('cases.form_invalid', { findings: faults });
    return decision;
  } catch (error) {
    if (!(error instanceof CasesError) || error.code !== 'cases.form_invalid') throw error;
    const errors = formFaults(definition, error.findings, caller.language);
    throw new LicensingError('licensing.form_invalid', { params: { count: errors.length }, errors, cause: error });
  }
}

/** The receipt of a payment: what the demo payment provider answers, or what the officer typed. */
function receiptOf(
  found: OpenCase,
  payment: { readonly online: boolean; readonly given: string | undefined },
): { receiptNumber?: string } {
  if (payment.online) return { receiptNumber: `DEMO-${found.row.reference}-${found.state.seq + 1}` };
  return payment.given === undefined ? {} : { receiptNumber: payment.given };
}

async function keepReceipt(
  trx: Tables,
  found: OpenCase,
  paid: { readonly receiptNumber: string; readonly at: string },
): Promise<void> {
  const { row } = found;
  const receipt = {
    agency_id: row.agency_id,
    receipt_number: paid.receiptNumber,
    case_id: row.id,
    recorded_at: new Date(paid.at),
  };
  if (!(await claimReceipt(trx, receipt))) {
    throw new LicensingError('licensing.receipt_used', { params: { receiptNumber: paid.receiptNumber } });
  }
}

async function carryOut(
  licensing: Licensing,
  trx: Tables,
  given: {
    readonly found: OpenCase;
    readonly effects: readonly Effect[];
    readonly at: string;
    readonly reason: string | undefined;
  },
): Promise<void> {
  const { id } = given.found.row;
  for (const effect of given.effects) {
    if (effect.kind === 'issue') {
      await licensing.jobs.enqueue(trx, { kind: ISSUE_JOB, payload: { caseId: id }, dedupeKey: `${ISSUE_JOB}:${id}` });
    } else {
      const reason = given.reason === undefined ? {} : { reason: given.reason };
      await setLicenceStatus(trx, id, { status: effect.status, since: new Date(given.at), ...reason });
    }
  }
}
