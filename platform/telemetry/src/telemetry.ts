import { destination } from 'pino';
import { createHealth, type Health } from './health.ts';
import { createLogger, type LogDestination, type Logger, type LogLevel } from './logger.ts';
import { createMetrics, type Metrics } from './metrics.ts';
import { prettyDestination } from './pretty.ts';

/** How a process watches itself. */
export interface TelemetryOptions {
  readonly level: LogLevel;
  /** Lines for a person in place of JSON. */
  readonly pretty?: boolean;
  /** Where lines go; standard output when absent. */
  readonly destination?: LogDestination;
  /** Whether metrics of the Node process are collected too; true when absent. */
  readonly processMetrics?: boolean;
}

/** Logs, metrics and health of one process. */
export interface Telemetry {
  readonly logger: Logger;
  readonly metrics: Metrics;
  readonly health: Health;
}

/**
 * Logs, metrics and health of one process. Log lines hold no personal data: known fields are replaced, and numbers that
 * look like national ids, credentials in URLs and query strings are cut out of texts.
 *
 * @example
 * const { logger, metrics, health } = createTelemetry({ level: 'info' });
 * logger.info({ port: 8420 }, 'listening');
 */
export function createTelemetry(options: TelemetryOptions): Telemetry {
  const target = options.destination ?? destination({ fd: 1, sync: false });
  return {
    logger: createLogger({ level: options.level, destination: options.pretty ? prettyDestination(target) : target }),
    metrics: createMetrics({ process: options.processMetrics ?? true }),
    health: createHealth(),
  };
}
