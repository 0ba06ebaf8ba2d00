import { toHex } from './bytes.ts';
import { type Clock, type Random, systemRandomLength } from './ports.ts';

const alphabet = '0123456789abcdefghjkmnpqrstvwxyz';

/** A new UUID version 7 (RFC 9562 section 5.7): sorts by the millisecond in which it was made. */
export function uuidv7(clock: Clock, random: Random): string {
  const bytes = random.bytes(16).slice();
  let milliseconds = clock.now().getTime();
  for (let index = 5; index >= 0; index -= 1) {
    bytes[index] = milliseconds % 256;
    milliseconds = Math.floor(milliseconds / 256);
  }
  bytes[6] = 0x70 | ((bytes[6] ?? 0) & 0x0f);
  bytes[8] = 0x80 | ((bytes[8] ?? 0) & 0x3f);
  const hex = toHex(bytes);
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`;
}

/** Whether `text` is a UUID in canonical lower-case form. */
export function isUuid(text: string): boolean {
  return /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/.test(text);
}

/**
 * A new unguessable public id: 160 random bits as 32 characters of Crockford base 32, lower case, without look-alikes,
 * so that a person can type it from paper.
 */
export function publicId(random: Random): string {
  const bytes = random.bytes(systemRandomLength);
  let text = '';
  let buffer = 0;
  let bits = 0;
  for (const byte of bytes) {
    buffer = ((buffer << 8) | byte) & 0xffff;
    bits += 8;
    while (bits >= 5) {
      bits -= 5;
      text += alphabet[(buffer >> bits) & 31];
    }
  }
  return text;
}

/** Whether `text` has the form of a {@link publicId}. */
export function isPublicId(text: string): boolean {
  return /^[0-9a-hjkmnp-tv-z]{32}$/.test(text);
}
