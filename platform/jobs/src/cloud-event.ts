import type { Json } from '@tra/kernel';
import { checkName } from './checks.ts';
import { JobsError } from './errors.ts';

/** A fact that others may care about (CloudEvents 1.0, structured JSON form). */
export interface CloudEvent {
  readonly specversion: '1.0';
  /** Unique; the same fact delivered twice carries the same id. */
  readonly id: string;
  readonly source: string;
  readonly type: string;
  readonly subject: string;
  /** When it was published (RFC 3339, UTC). */
  readonly time: string;
  readonly datacontenttype: 'application/json';
  readonly data: Json;
}

/** What a publisher says; the rest of the envelope is added. */
export interface NewEvent {
  /** Such as `tra.licence.issued`. */
  readonly type: string;
  /** What it is about; events about one subject reach each subscriber in the order in which they were published. */
  readonly subject: string;
  readonly data: Json;
}

/** The event in its envelope. Throws `jobs.name_invalid` or `jobs.event_invalid`. */
export function createEvent(event: NewEvent, envelope: { id: string; source: string; time: Date }): CloudEvent {
  if (event.subject === '' || event.subject.length > 300) {
    throw new JobsError('jobs.event_invalid', { params: { type: event.type } });
  }
  return {
    specversion: '1.0',
    id: envelope.id,
    source: envelope.source,
    type: checkName(event.type),
    subject: event.subject,
    time: envelope.time.toISOString(),
    datacontenttype: 'application/json',
    data: event.data,
  };
}
