import { CodedError, type ErrorParams } from '@tra/kernel';

/** A refusal of EST with its HTTP status. */
export class EstError extends CodedError<string> {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;

  constructor(code: string, status: number, options: { params?: ErrorParams; headers?: Record<string, string> } = {}) {
    super(code, options.params ? { params: options.params } : {});
    this.status = status;
    this.headers = options.headers ?? {};
  }
}
