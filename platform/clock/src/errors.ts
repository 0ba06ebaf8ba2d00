import { CodedError } from '@tra/kernel';

/** Why a source of time, or the configuration of sources, is not used. */
export type ClockErrorCode =
  | 'clock.source_address_invalid'
  | 'clock.sources_too_few'
  | 'clock.source_silent'
  | 'clock.source_unreachable'
  | 'clock.source_refused'
  | 'clock.source_slow_down'
  | 'clock.source_unsynchronised'
  | 'clock.source_invalid'
  | 'clock.source_untrusted'
  | 'clock.source_keys_refused'
  | 'clock.source_cookie_refused'
  | 'clock.source_unproven'
  | 'clock.nts_trust_unreadable';

/** Thrown by sources of time; parameters hold addresses as configured. */
export class ClockError extends CodedError<ClockErrorCode> {}
