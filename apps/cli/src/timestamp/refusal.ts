import { CodedError } from '@tra/kernel';
import type { Check } from '@tra/pki';

/** Why no time-stamp was kept. */
export type TimestampRefusalCode =
  | 'cli.timestamp.answer_too_large'
  | 'cli.timestamp.answer_unreadable'
  | 'cli.timestamp.answer_wrong'
  | 'cli.timestamp.file_exists'
  | 'cli.timestamp.file_unreadable'
  | 'cli.timestamp.http'
  | 'cli.timestamp.redirected'
  | 'cli.timestamp.rejected'
  | 'cli.timestamp.unreachable';

/** What the authority, the network or the disk refused: a result of the command, not a fault of this program. */
export class TimestampRefusal extends CodedError<TimestampRefusalCode> {
  /** What was wrong with an answer. */
  readonly checks: readonly Check[];

  constructor(
    code: TimestampRefusalCode,
    {
      checks = [],
      ...options
    }: ConstructorParameters<typeof CodedError>[1] & { readonly checks?: readonly Check[] } = {},
  ) {
    super(code, options);
    this.checks = checks;
  }
}
