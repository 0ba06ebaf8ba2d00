/** Values that a message may show, by name. They must hold no secret and no personal data. */
export type ErrorParams = Readonly<Record<string, string | number>>;

/** What may accompany a {@link CodedError}. */
export interface CodedErrorOptions {
  readonly params?: ErrorParams;
  readonly cause?: unknown;
}

/**
 * The one kind of error that packages throw on purpose. `code` is a closed union per package, such as
 * `timestamp.policy_unsupported`: the key of the message in both languages and the tail of the problem `type` (RFC 9457).
 * Callers test `code`, never text.
 *
 * @example
 * class TimestampError extends CodedError<'timestamp.policy_unsupported'> {}
 * throw new TimestampError('timestamp.policy_unsupported', { params: { policy: '1.2.3' } });
 */
export class CodedError<Code extends string = string> extends Error {
  readonly code: Code;
  readonly params: ErrorParams;

  constructor(code: Code, options: CodedErrorOptions = {}) {
    const shown = Object.entries(options.params ?? {})
      .map(([name, value]) => `${name}=${value}`)
      .join(', ');
    super(shown ? `${code} (${shown})` : code, options.cause === undefined ? undefined : { cause: options.cause });
    this.name = new.target.name;
    this.code = code;
    this.params = options.params ?? {};
  }
}
