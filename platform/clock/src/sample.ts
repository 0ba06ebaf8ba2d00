import type { LeapIndicator } from './ntp-packet.ts';

/** What a source said at one moment. */
export interface Sample {
  /** Source minus this machine's clock, milliseconds. */
  readonly offset: number;
  /** The true offset lies within this many milliseconds of it, if the source is right. */
  readonly bound: number;
  readonly leap: Exclude<LeapIndicator, 'unsynchronised'>;
  /** Who answered; two sources of one identity count once. */
  readonly identity: string;
}

/** A source of time. */
export interface TimeSource {
  /** As configured, for logs and metrics. */
  readonly name: string;
  /** Asks once. Rejects with {@link ClockError}. */
  ask(): Promise<Sample>;
}
