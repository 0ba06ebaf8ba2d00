import { randomBytes } from 'node:crypto';
import type { Random } from '@tra/kernel';
import { steppedClock } from '@tra/kernel/testing';
import type { Database } from '@tra/platform-storage';
import { createTelemetry } from '@tra/platform-telemetry';
import { createJobs, type Jobs, type JobsOptions } from './jobs.ts';

// Ids must differ between the queues of one test, as they do between processes.
const random: Random = { bytes: (length) => new Uint8Array(randomBytes(length)) };

/** A silent queue for tests with a clock that stands still; `change` overrides any part. Run it by `jobs.idle()`. */
export function createTestJobs(database: Database, change: Partial<JobsOptions> = {}): Jobs {
  const { logger } = createTelemetry({ level: 'silent', processMetrics: false });
  const clock = steppedClock('2026-11-21T00:00:00Z');
  return createJobs({ database, clock, random, logger, ...change });
}
