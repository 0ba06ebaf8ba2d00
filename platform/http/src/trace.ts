import { type Random, toHex } from '@tra/kernel';

const traceparent = /^00-([0-9a-f]{32})-[0-9a-f]{16}-[0-9a-f]{2}$/;

/** The trace id of a request: that of its `traceparent` header (W3C Trace Context) when it is valid, else a new one. */
export function traceIdOf(headers: Readonly<Record<string, unknown>>, random: Random): string {
  const header = headers.traceparent;
  const given = typeof header === 'string' ? traceparent.exec(header)?.[1] : undefined;
  return given !== undefined && !/^0+$/.test(given) ? given : toHex(random.bytes(16));
}
