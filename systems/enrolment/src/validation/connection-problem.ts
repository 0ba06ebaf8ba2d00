import { OutboundError } from '@tra/platform-outbound';
import { AcmeError } from '../acme/problem.ts';

/** The ACME error that stands for a failed connection; anything else is passed through. */
export function connectionProblem(error: unknown): unknown {
  if (!(error instanceof OutboundError)) return error;
  const type = error.code === 'outbound.name_unknown' ? 'dns' : 'connection';
  return new AcmeError(type, error.code, { ...(error.params ? { params: error.params } : {}), cause: error });
}
