import type { RequestRow, RequestState } from '../store/tables.ts';
import { type Caller, officerRoleOf } from './caller.ts';

/** What can be done with a request. */
export const REQUEST_ACTIONS = ['approve', 'reject', 'ask-correction', 'correct', 'withdraw'] as const;

/** One of {@link REQUEST_ACTIONS}. */
export type RequestActionName = (typeof REQUEST_ACTIONS)[number];

const byOfficer: Readonly<Partial<Record<RequestState, readonly RequestActionName[]>>> = {
  submitted: ['approve', 'reject', 'ask-correction'],
  'first-approved': ['approve', 'reject', 'ask-correction'],
  // The certificate is revoked already; the second officer says whether rightly.
  confirmation: ['approve', 'reject'],
};

const byApplicant: Readonly<Partial<Record<RequestState, readonly RequestActionName[]>>> = {
  submitted: ['withdraw'],
  correction: ['correct', 'withdraw'],
  'first-approved': ['withdraw'],
  ceremony: ['withdraw'],
};

/** Why an action is not open to somebody. */
export type Refusal =
  | 'pki.request_action_not_allowed'
  | 'pki.request_role_required'
  | 'pki.request_own'
  | 'pki.request_same_officer';

/** Undefined when `caller` may take `action` on `row` now; otherwise why not. */
export function refusalOf(caller: Caller, row: RequestRow, action: RequestActionName): Refusal | undefined {
  const own = row.applicant === caller.accountId;
  if (action === 'correct' || action === 'withdraw') {
    if (!own) return 'pki.request_role_required';
    return byApplicant[row.state]?.includes(action) ? undefined : 'pki.request_action_not_allowed';
  }
  if (!caller.roles.includes(officerRoleOf(row))) return 'pki.request_role_required';
  if (!byOfficer[row.state]?.includes(action)) return 'pki.request_action_not_allowed';
  // An officer who proposes a revocation is its first officer, and so is caught by the rule after this one.
  if (own && row.first_officer !== caller.accountId) return 'pki.request_own';
  if (row.first_officer === caller.accountId) return own ? 'pki.request_own' : 'pki.request_same_officer';
  // What has no certificate data cannot be corrected.
  if (action === 'ask-correction' && (row.kind === 'revocation' || row.kind === 'reinstatement')) {
    return 'pki.request_action_not_allowed';
  }
  return undefined;
}

/** The actions that are open to somebody now. */
export function allowedActions(caller: Caller, row: RequestRow): readonly RequestActionName[] {
  return REQUEST_ACTIONS.filter((action) => refusalOf(caller, row, action) === undefined);
}
