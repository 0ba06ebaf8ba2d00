import type { MigrationSet } from '@tra/platform-storage';

export type { CloudEvent, NewEvent } from './cloud-event.ts';
export { JobsError, type JobsErrorCode } from './errors.ts';
export { createJobs, type JobRequest, type Jobs, type JobsOptions, type Schedule } from './jobs.ts';
export type { ClaimedJob, DeadJob } from './queue-store.ts';
export type { JobContext, JobDefinition } from './run-job.ts';

/** Tables of this package. */
export const migrations: MigrationSet = { owner: 'jobs', directory: new URL('../migrations/', import.meta.url) };
