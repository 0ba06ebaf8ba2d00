import type { SystemContext } from '@tra/platform-system';
import type { TimestampConfig } from './config.ts';
import { TimestampSystemError } from './errors.ts';
import type { TimestampPorts } from './ports.ts';

/** In production somebody has to watch the clock, or the operator has to say that nobody does. Throws `timestamp.clock_unsupervised`. */
export function refuseUnwatchedClock(
  { server, config, logger }: SystemContext<TimestampConfig>,
  { time }: TimestampPorts,
): void {
  if (server.environment !== 'production' || (time && time.status().state !== 'unsupervised')) return;
  if (config.unsupervisedClock === 'refuse') throw new TimestampSystemError('timestamp.clock_unsupervised');
  logger.warn({}, 'time is stamped by a clock that nobody supervises');
}
