import { TAG } from '@tra/asn1';

/** Writes GeneralizedTime elements; the same time gives the same array, which nobody may change. */
export interface GenTimeWriter {
  /** `milliseconds` since 1970, and further microseconds (0 to 999); no trailing zeros (X.690 clause 11.7, RFC 3161 section 2.4.2). */
  write(milliseconds: number, microseconds?: number): Uint8Array;
}

const digitsOfSecond = 14;

/** A writer of its own cache; see {@link GenTimeWriter}. */
export function createGenTimeWriter(): GenTimeWriter {
  let cachedSecond = Number.NaN;
  let cachedMicros = Number.NaN;
  let cached: Uint8Array = new Uint8Array(0);
  const head = new Uint8Array(2 + digitsOfSecond);
  head[0] = TAG.generalizedTime;
  return {
    write: (milliseconds, microseconds = 0) => {
      const second = Math.floor(milliseconds / 1000);
      const micros = (milliseconds - second * 1000) * 1000 + microseconds;
      if (second === cachedSecond && micros === cachedMicros) return cached;
      if (second !== cachedSecond) {
        const text = new Date(second * 1000).toISOString().replace(/[-:T]/g, '');
        for (let at = 0; at < digitsOfSecond; at += 1) head[2 + at] = text.charCodeAt(at);
        cachedSecond = second;
      }
      cachedMicros = micros;
      cached = withFraction(head, micros);
      return cached;
    },
  };
}

function withFraction(head: Uint8Array, micros: number): Uint8Array {
  let digits = micros === 0 ? 0 : 6;
  let rest = micros;
  while (digits > 0 && rest % 10 === 0) {
    rest /= 10;
    digits -= 1;
  }
  const bytes = new Uint8Array(head.length + (digits === 0 ? 0 : 1 + digits) + 1);
  bytes.set(head);
  for (let at = head.length + digits; at > head.length && digits > 0; at -= 1) {
    bytes[at] = 0x30 + (rest % 10);
    rest = Math.floor(rest / 10);
  }
  if (digits > 0) bytes[head.length] = 0x2e;
  bytes[bytes.length - 1] = 0x5a;
  bytes[1] = bytes.length - 2;
  return bytes;
}
