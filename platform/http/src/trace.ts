import { type Random, toHex } from '@tra/kernel';

const traceparent = /^00-([0-9a-f]{32})-[0-9a-f]{16}-[0-9a-f]{2}$/;
const idOctets = 16;
const idsAtOnce = 256;

/** Gives trace ids (W3C Trace Context section 3.2.2.3). */
export interface TraceIds {
  /** The id in a `traceparent` header when it is valid, else a new one. */
  of(header: unknown): string;
  /** 32 hexadecimal digits, all random. */
  next(): string;
}

/** Trace ids out of `random`, which is asked for many at once: each call of it costs more than all else that an id needs. */
export function createTraceIds(random: Random): TraceIds {
  let ready = '';
  let at = 0;
  const next = (): string => {
    if (at >= ready.length) {
      ready = toHex(random.bytes(idOctets * idsAtOnce));
      at = 0;
    }
    at += 2 * idOctets;
    return ready.slice(at - 2 * idOctets, at);
  };
  return {
    next,
    of: (header) => {
      const given = typeof header === 'string' ? traceparent.exec(header)?.[1] : undefined;
      return given !== undefined && !/^0+$/.test(given) ? given : next();
    },
  };
}
