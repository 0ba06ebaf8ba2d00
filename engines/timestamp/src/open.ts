import type { Check } from '@tra/pki';
import { TimestampError } from './errors.ts';
import { parseRequest, RequestRefusal } from './request.ts';
import { parseResponse, type TimestampResponse } from './response.ts';

/** What {@link openTimestamp} finds. */
export type OpenedTimestamp =
  /** A TimeStampResp; without a token it is a refusal. */
  | { readonly kind: 'response'; readonly response: TimestampResponse; readonly token?: Uint8Array }
  /** A token alone, or bytes that nobody can read: `verifyToken` says so. */
  | { readonly kind: 'token'; readonly token: Uint8Array }
  /** What cannot be a time-stamp, and why. */
  | { readonly kind: 'none'; readonly check: Check };

/**
 * Finds the token in the bytes of a file: a TimeStampResp (RFC 3161 section 2.4.2), a token alone, or something that people take for one:
 * nothing at all, the query, an answer that refuses and holds a token all the same. Never throws.
 */
export function openTimestamp(bytes: Uint8Array): OpenedTimestamp {
  if (bytes.length === 0) return none('timestamp.nothing', '2.4.2');
  try {
    const response = parseResponse(bytes);
    return { kind: 'response', response, ...(response.token ? { token: response.token } : {}) };
  } catch (error) {
    if (error instanceof TimestampError && error.params.reason === 'token')
      return none('timestamp.response_contradicts', '2.4.2');
  }
  return isQuery(bytes) ? none('timestamp.is_a_query', '2.4.1') : { kind: 'token', token: bytes };
}

function none(code: string, section: string): OpenedTimestamp {
  return { kind: 'none', check: { code, status: 'failed', clause: `RFC 3161 ${section}` } };
}

function isQuery(bytes: Uint8Array): boolean {
  try {
    parseRequest(bytes);
    return true;
  } catch (error) {
    return error instanceof RequestRefusal && error.failure !== 'badDataFormat';
  }
}
