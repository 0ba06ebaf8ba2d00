export { createHealth, type Health, type HealthCheck, type Readiness } from './health.ts';
export { type LogDestination, type Logger, type LogLevel, REDACTED, REDACTED_FIELDS, scrub } from './logger.ts';
export type {
  Counter,
  CounterSeries,
  Gauge,
  Histogram,
  HistogramSeries,
  Labels,
  MetricOptions,
  Metrics,
} from './metrics.ts';
export { createTelemetry, type Telemetry, type TelemetryOptions } from './telemetry.ts';
