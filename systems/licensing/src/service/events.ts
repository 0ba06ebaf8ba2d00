import type { CaseEvent } from '@tra/cases';
import type { Json } from '@tra/kernel';
import type { Licensing } from '../context.ts';
import type { Tables } from '../store/case-store.ts';

/** An event of a case, to be told to the rest of the platform. */
export interface Told {
  readonly caseId: string;
  readonly reference: string;
  readonly service: string;
  readonly event: CaseEvent;
}

/** Writes the audit record and the outbox entry of an event, in the transaction that stores it. Neither holds personal data. */
export async function recordEvent(licensing: Licensing, trx: Tables, told: Told): Promise<void> {
  const { caseId, reference, service, event } = told;
  const details: Json = { seq: event.seq, from: event.from, to: event.to, role: event.actor.role, service };
  await licensing.audit.append(trx, {
    stream: `licensing.case.${caseId}`,
    actor: event.actor.accountId,
    action: `licensing.${event.action}`,
    object: `licensing.application/${caseId}`,
    details,
  });
  await licensing.jobs.publish(trx, {
    type: `licensing.application.${event.action}`,
    subject: caseId,
    data: { reference, service, action: event.action, from: event.from, to: event.to, at: event.at },
  });
}
