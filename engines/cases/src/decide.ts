import type { Json } from '@tra/kernel';
import { dueAt } from './calendar.ts';
import type { ServiceDefinition, Transition } from './definition.ts';
import { CasesError } from './errors.ts';
import type { CaseAttachment, CaseEvent, Charge, Effect } from './events.ts';
import { computeFees } from './fees.ts';
import { type FormData, validateForm, visibleData } from './form.ts';
import { type CaseState, OPENED } from './reduce.ts';
import { isCleanText, isEmptyText, lengthOf, tidyText } from './text.ts';

/** Somebody who wants to act. `applicant` is no role that an account has: it follows from the case. */
export interface Actor {
  readonly accountId: string;
  readonly roles: readonly string[];
}

/** What somebody wants to do, with what the engine cannot know by itself. */
export interface Command {
  readonly action: string;
  readonly actor: Actor;
  readonly now: Date;
  readonly reason?: string;
  readonly receiptNumber?: string;
  /** The form and its files as they stand; needed where the action is guarded by `form.valid`. */
  readonly data?: FormData;
  readonly attachments?: readonly CaseAttachment[];
  /** Whether an online payment has really been made. */
  readonly paidOnline?: boolean;
  readonly addressExists?: (code: string) => boolean;
  readonly today?: string;
  readonly isHoliday?: (date: string) => boolean;
  readonly details?: Json;
}

/** What follows from a command: events to store and effects to carry out with them, in one transaction. */
export interface Decision {
  readonly events: readonly CaseEvent[];
  readonly effects: readonly Effect[];
}

/** An action that somebody may take now. */
export interface AllowedAction {
  readonly action: string;
  readonly transition: Transition;
}

/** The longest reason, in characters. */
export const REASON_MAX = 2000;
const RECEIPT = /^[A-Za-z0-9][A-Za-z0-9/ -]{2,39}$/;

/** The first event of a case. Throws nothing: anybody may open a draft. */
export function openCase(
  definition: ServiceDefinition,
  command: { readonly accountId: string; readonly now: Date },
): CaseEvent {
  return {
    seq: 1,
    action: OPENED,
    at: command.now.toISOString(),
    actor: { accountId: command.accountId, role: 'applicant' },
    from: null,
    to: definition.machine.initial,
  };
}

/** The role in which somebody may take a transition, or the code that says why not. */
function roleFor(
  transition: Transition,
  state: CaseState,
  actor: Actor,
): { role: string } | { refused: 'role_required' | 'same_officer' | 'own_case' } {
  const own = actor.accountId === state.applicant;
  if (own && transition.by.includes('applicant')) return { role: 'applicant' };
  const role = transition.by.find((name) => name !== 'applicant' && actor.roles.includes(name));
  if (role === undefined) return { refused: 'role_required' };
  if (own && role !== 'system') return { refused: 'own_case' };
  const before = state.takenBy.some(
    (taken) => taken.accountId === actor.accountId && transition.notSameAs?.includes(taken.action),
  );
  return before ? { refused: 'same_officer' } : { role };
}

/** What somebody may do now, in the order of the definition. Guards over the form or the fees are not looked at. */
export function allowedActions(definition: ServiceDefinition, state: CaseState, actor: Actor): AllowedAction[] {
  const transitions = Object.entries(definition.machine.states[state.state]?.on ?? {});
  return transitions
    .filter(([, transition]) => 'role' in roleFor(transition, state, actor))
    .map(([action, transition]) => ({ action, transition }));
}

/**
 * Decides a command: the events that it adds to the case and the effects that go with them. Changes nothing itself.
 * Throws CasesError: `cases.action_not_allowed` when the state knows no such action, `cases.role_required`, `cases.own_case` (an officer's
 * own application), `cases.same_officer` (separation of duties), `cases.reason_required`, `cases.reason_too_long`,
 * `cases.reason_broken`, `cases.receipt_required`, `cases.payment_offline`, `cases.form_invalid` with findings.
 *
 * @example
 * const { events } = decide(definition, reduceCase(definition, log), { action: 'approve', actor, now: clock.now() });
 */
export function decide(definition: ServiceDefinition, state: CaseState, command: Command): Decision {
  const { action } = command;
  const known = definition.machine.states[state.state]?.on ?? {};
  const transition = Object.hasOwn(known, action) ? known[action] : undefined;
  if (!transition) {
    throw new CasesError('cases.action_not_allowed', { params: { action: action.slice(0, 40), state: state.state } });
  }
  const permitted = roleFor(transition, state, command.actor);
  if ('refused' in permitted) throw new CasesError(`cases.${permitted.refused}`, { params: { action } });
  const reason = checkReason(transition, command.reason);
  const receiptNumber = checkPayment(definition, transition, command);
  const submitted = transition.guard === 'form.valid' ? checkForm(definition, command) : undefined;
  const charges =
    transition.effect === 'charge' ? outstanding(definition, state, submitted?.data ?? state.data ?? {}) : undefined;
  const to = target(definition, transition, charges ?? unpaid(state));
  const due = definition.machine.states[to]?.due;
  const event: CaseEvent = {
    seq: state.seq + 1,
    action,
    at: later(command.now.toISOString(), state.enteredAt),
    actor: { accountId: command.actor.accountId, role: permitted.role },
    from: state.state,
    to,
    ...(due === undefined ? {} : { dueAt: dueAt(due, command.now, command.isHoliday).toISOString() }),
    ...(reason === undefined ? {} : { reason }),
    ...(receiptNumber === undefined ? {} : { receiptNumber }),
    ...(submitted ?? {}),
    ...(charges === undefined ? {} : { charges }),
    ...(command.details === undefined ? {} : { details: command.details }),
  };
  return { events: [event], effects: effectsOf(definition, transition, to) };
}

/** A clock that was set back does not put events out of order. */
function later(now: string, before: string): string {
  return now > before ? now : before;
}

function checkReason(transition: Transition, given: string | undefined): string | undefined {
  const reason = given === undefined ? '' : tidyText(given);
  if (isEmptyText(reason)) {
    if (transition.reason === true) throw new CasesError('cases.reason_required');
    return undefined;
  }
  if (!isCleanText(reason, { lines: true })) throw new CasesError('cases.reason_broken');
  if (lengthOf(reason) > REASON_MAX) throw new CasesError('cases.reason_too_long', { params: { max: REASON_MAX } });
  return reason;
}

function checkPayment(definition: ServiceDefinition, transition: Transition, command: Command): string | undefined {
  if (transition.guard === 'payments.online' && command.paidOnline !== true) {
    throw new CasesError('cases.payment_offline', { params: { service: definition.id } });
  }
  if (transition.effect !== 'settle') return undefined;
  const receipt = tidyText(command.receiptNumber ?? '');
  if (!transition.needs?.includes('receiptNumber') && receipt === '') return undefined;
  if (!RECEIPT.test(receipt)) throw new CasesError('cases.receipt_required');
  return receipt;
}

function checkForm(
  definition: ServiceDefinition,
  command: Command,
): { readonly data: FormData; readonly attachments: readonly CaseAttachment[] } {
  const attachments = command.attachments ?? [];
  const data = command.data ?? {};
  const findings = validateForm(definition, data, { ...command, partial: false, attachments });
  if (findings.length > 0) {
    throw new CasesError('cases.form_invalid', { params: { count: findings.length }, findings });
  }
  return { data: visibleData(definition, data), attachments };
}

/** What is still to pay: the fees for these answers less what was paid before under the same code. */
function outstanding(definition: ServiceDefinition, state: CaseState, data: FormData): Charge[] {
  return computeFees(definition, data).flatMap(({ code, amount, currency }) => {
    const before = state.fees.filter((fee) => fee.status === 'paid' && fee.code === code);
    const rest = amount - before.reduce((sum, fee) => sum + fee.amount, 0);
    return rest > 0 ? [{ code, amount: rest, currency }] : [];
  });
}

function unpaid(state: CaseState): readonly Charge[] {
  return state.fees.filter((fee) => fee.status === 'due');
}

function target(definition: ServiceDefinition, transition: Transition, open: readonly Charge[]): string {
  const pass = definition.machine.states[transition.to]?.passIf;
  return pass && open.length === 0 ? pass.to : transition.to;
}

function effectsOf(definition: ServiceDefinition, transition: Transition, to: string): Effect[] {
  const status = definition.machine.states[to]?.document;
  return [
    ...(transition.effect === 'issue' ? [{ kind: 'issue' } as const] : []),
    ...(status === undefined ? [] : [{ kind: 'document-status', status } as const]),
  ];
}
