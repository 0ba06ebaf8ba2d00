import type { Application } from '../../api/types.ts';

const KEYS = {
  draft: 'request.next_draft',
  payment: 'request.next_payment',
  screening: 'request.next_screening',
  decision: 'request.next_decision',
  issuing: 'request.next_issuing',
  active: 'request.next_active',
  refused: 'request.next_refused',
  withdrawn: 'request.next_withdrawn',
} as const;

export type NextStepKey = (typeof KEYS)[keyof typeof KEYS] | 'request.next_returned' | 'request.next_other';

/** Which sentence tells the applicant what happens next. */
export function nextStepKey(application: Pick<Application, 'state' | 'timeline'>): NextStepKey {
  if (application.state === 'draft' && wasReturned(application)) return 'request.next_returned';
  return (KEYS as Readonly<Record<string, NextStepKey>>)[application.state] ?? 'request.next_other';
}

/** True when an officer gave the application back to be changed. */
export function wasReturned(application: Pick<Application, 'state' | 'timeline'>): boolean {
  const last = application.timeline.at(-1);
  return application.state === 'draft' && last !== undefined && last.from !== null && last.from !== 'draft';
}

/** The reason given with the event that led to the present state, if it has one. */
export function latestReason(application: Pick<Application, 'timeline'>): string | undefined {
  return application.timeline.at(-1)?.reason;
}

/** Whether the applicant may change the answers now. */
export function isEditable(application: Pick<Application, 'state'>): boolean {
  return application.state === 'draft';
}

/** States in which something happens by itself soon, so that the page asks again without being told. */
export function isMoving(application: Pick<Application, 'state'>): boolean {
  return application.state === 'issuing';
}
