import { CodedError } from '@tra/kernel';

/** What can be wrong with a job, a schedule or an event. Each code is a key of `messages/`. */
export type JobsErrorCode =
  | 'jobs.already_registered'
  | 'jobs.event_invalid'
  | 'jobs.name_invalid'
  | 'jobs.not_dead'
  | 'jobs.payload_too_large'
  | 'jobs.schedule_invalid'
  | 'jobs.timed_out';

/** The one error that this package throws on purpose. */
export class JobsError extends CodedError<JobsErrorCode> {}
