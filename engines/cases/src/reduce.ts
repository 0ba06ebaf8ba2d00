import type { DocumentStatus, ServiceDefinition } from './definition.ts';
import { CasesError } from './errors.ts';
import type { CaseAttachment, CaseEvent, Charge } from './events.ts';
import type { FormData } from './form.ts';

/** A charge and whether it was paid. */
export interface CaseFee extends Charge {
  readonly status: 'due' | 'paid';
  readonly receiptNumber?: string;
  readonly paidAt?: string;
}

/** Where a case stands: worked out from its events, never stored as the truth. */
export interface CaseState {
  readonly state: string;
  readonly seq: number;
  /** Begins with 1 and grows each time the applicant gets the form back. */
  readonly round: number;
  readonly applicant: string;
  readonly openedAt: string;
  readonly enteredAt: string;
  readonly submittedAt?: string;
  readonly dueAt?: string;
  /** What was submitted last. */
  readonly data?: FormData;
  readonly attachments: readonly CaseAttachment[];
  readonly fees: readonly CaseFee[];
  /** Who took which action in the current round. */
  readonly takenBy: readonly { readonly action: string; readonly accountId: string }[];
  readonly documentStatus?: DocumentStatus;
}

/** Name of the first event of every case. */
export const OPENED = 'opened';

function broken(event: CaseEvent): never {
  throw new CasesError('cases.log_invalid', { params: { seq: event.seq, action: event.action.slice(0, 40) } });
}

function start(definition: ServiceDefinition, event: CaseEvent): CaseState {
  const sound = event.seq === 1 && event.action === OPENED && event.from === null;
  if (!sound || event.to !== definition.machine.initial) broken(event);
  return {
    state: event.to,
    seq: 1,
    round: 1,
    applicant: event.actor.accountId,
    openedAt: event.at,
    enteredAt: event.at,
    attachments: [],
    fees: [],
    takenBy: [],
  };
}

function settle(fees: readonly CaseFee[], event: CaseEvent): CaseFee[] {
  return fees.map((fee) => {
    if (fee.status === 'paid') return fee;
    const receipt = event.receiptNumber === undefined ? {} : { receiptNumber: event.receiptNumber };
    return { ...fee, status: 'paid', paidAt: event.at, ...receipt };
  });
}

function nextFees(definition: ServiceDefinition, state: CaseState, event: CaseEvent): readonly CaseFee[] {
  const transition = definition.machine.states[state.state]?.on?.[event.action];
  if (transition?.effect === 'settle') return settle(state.fees, event);
  if (!event.charges) return state.fees;
  const paid = state.fees.filter((fee) => fee.status === 'paid');
  return [...paid, ...event.charges.map((charge): CaseFee => ({ ...charge, status: 'due' }))];
}

/** Where an event may lead by the definition: the target of its action, or what that target passes on to. */
function leadsTo(definition: ServiceDefinition, from: string, event: CaseEvent): boolean {
  const target = definition.machine.states[from]?.on?.[event.action]?.to;
  if (target === undefined) return false;
  return event.to === target || event.to === definition.machine.states[target]?.passIf?.to;
}

function apply(definition: ServiceDefinition, state: CaseState, event: CaseEvent): CaseState {
  const fits = event.seq === state.seq + 1 && event.from === state.state && event.at >= state.enteredAt;
  if (!fits || !leadsTo(definition, state.state, event)) broken(event);
  const target = definition.machine.states[event.to];
  const again = target?.editable === true;
  const { dueAt: _left, ...kept } = state;
  return {
    ...kept,
    state: event.to,
    seq: event.seq,
    round: again ? state.round + 1 : state.round,
    enteredAt: event.at,
    fees: nextFees(definition, state, event),
    takenBy: again ? [] : [...state.takenBy, { action: event.action, accountId: event.actor.accountId }],
    ...(event.dueAt === undefined ? {} : { dueAt: event.dueAt }),
    ...(event.data === undefined ? {} : { data: event.data, submittedAt: event.at }),
    ...(event.attachments === undefined ? {} : { attachments: event.attachments }),
    ...(target?.document === undefined ? {} : { documentStatus: target.document }),
  };
}

/**
 * The state of a case from its list of events. Pure: the same events give the same state, and a list may be continued.
 * Throws CasesError `cases.log_invalid` when the list is empty, has a gap, or holds a step that the definition does not know.
 *
 * @example
 * reduceCase(definition, events).state; // 'screening'
 */
export function reduceCase(definition: ServiceDefinition, events: readonly CaseEvent[]): CaseState {
  const [first, ...rest] = events;
  if (!first) throw new CasesError('cases.log_invalid', { params: { seq: 0, action: '' } });
  return rest.reduce((state, event) => apply(definition, state, event), start(definition, first));
}

/** The state after one more event; see {@link reduceCase}. */
export function continueCase(definition: ServiceDefinition, state: CaseState, event: CaseEvent): CaseState {
  return apply(definition, state, event);
}
