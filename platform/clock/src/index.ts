export { type Agreement, agreementOf } from './agreement.ts';
export { chronySource } from './chrony-source.ts';
export { clockMetrics } from './clock-metrics.ts';
export { type ClockConfig, clockConfig, clockLimits, timeSources } from './config.ts';
export { ClockError, type ClockErrorCode } from './errors.ts';
export type { MachineTime } from './machine-time.ts';
export { type NtpSourceOptions, ntpSource } from './ntp-source.ts';
export { type NtsSourceOptions, ntsSource } from './nts/nts-source.ts';
export type { Sample, TimeSource } from './sample.ts';
export {
  type ClockEvent,
  type ClockLimits,
  type ClockReason,
  type ClockState,
  type ClockStatus,
  type SupervisedClock,
  type SupervisionOptions,
  superviseClock,
} from './supervised-clock.ts';
