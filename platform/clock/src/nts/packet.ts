import { aessiv } from '@noble/ciphers/aes.js';
import { equalBytes } from '@tra/kernel';
import { NTP_LENGTH } from '../ntp-packet.ts';
import { COOKIES_KEPT } from './records.ts';

/** Extension fields of NTS (RFC 8915 section 7.5). */
const FIELD = { unique: 0x0104, cookie: 0x0204, placeholder: 0x0304, authenticator: 0x0404 } as const;
/** Octets of a unique identifier, and of a nonce. */
export const UNIQUE_OCTETS = 32;
export const AEAD_NONCE_OCTETS = 16;
/** Questions and answers are of one size: small enough to cross every network in one piece. */
const largestPacket = 1200;
const tagOctets = 16;

/** Random numbers of one question. */
export interface NtsNumbers {
  readonly unique: Uint8Array;
  readonly aead: Uint8Array;
}

interface Field {
  readonly type: number;
  readonly body: Uint8Array;
  /** Where it begins and ends. */
  readonly from: number;
  readonly to: number;
}

/** A field with its body padded to words (RFC 7822). */
function field(type: number, body: Uint8Array): Uint8Array {
  const bytes = new Uint8Array(4 + Math.ceil(body.length / 4) * 4);
  new DataView(bytes.buffer).setUint32(0, (type << 16) | bytes.length);
  bytes.set(body, 4);
  return bytes;
}

/** The fields of a packet in order. Throws a `RangeError` when they do not fill it exactly. */
function fieldsOf(bytes: Uint8Array, start: number): Field[] {
  const fields: Field[] = [];
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  for (let from = start; from < bytes.length; ) {
    if (bytes.length - from < 4) throw new RangeError('field');
    const length = view.getUint16(from + 2);
    const to = from + length;
    if (length < 4 || length % 4 !== 0 || to > bytes.length) throw new RangeError('field');
    fields.push({ type: view.getUint16(from), body: bytes.subarray(from + 4, to), from, to });
    from = to;
  }
  return fields;
}

/**
 * Protects an NTP request (RFC 8915 section 5.7): unique identifier, cookie, placeholders for the cookies that are wanted beside the one
 * that replaces it, authenticator over all of it.
 */
export function protect(
  header: Uint8Array,
  { cookie, kept, key, numbers }: { cookie: Uint8Array; kept: number; key: Uint8Array; numbers: NtsNumbers },
): Uint8Array {
  const start = Buffer.concat([header, field(FIELD.unique, numbers.unique), field(FIELD.cookie, cookie)]);
  const placeholder = field(FIELD.placeholder, new Uint8Array(cookie.length));
  const authenticatorOctets = 8 + AEAD_NONCE_OCTETS + tagOctets;
  const room = Math.floor((largestPacket - start.length - authenticatorOctets) / placeholder.length);
  const wanted = Math.max(0, Math.min(COOKIES_KEPT - 1 - kept, room));
  const covered = Buffer.concat([start, ...Array.from({ length: wanted }, () => placeholder)]);
  const sealed = aessiv(key, covered, numbers.aead).encrypt(new Uint8Array(0));
  const lengths = Uint8Array.of(0, AEAD_NONCE_OCTETS, 0, sealed.length);
  return Buffer.concat([covered, field(FIELD.authenticator, Buffer.concat([lengths, numbers.aead, sealed]))]);
}

/** What an answer is worth. */
export type Opened =
  | { readonly kind: 'authentic'; readonly cookies: readonly Uint8Array[] }
  /** Says that the cookie is not known (kiss NTSN); anybody on the path can say so. */
  | { readonly kind: 'cookie-refused' }
  /** Carries the right identifier and no proof. */
  | { readonly kind: 'unproven' }
  | { readonly kind: 'other' };

/** Opens an answer (RFC 8915 section 5.7). Fields after the authenticator count for nothing. Never throws. */
export function openAnswer(packet: Uint8Array, { unique, key }: { unique: Uint8Array; key: Uint8Array }): Opened {
  try {
    const fields = fieldsOf(packet, NTP_LENGTH);
    const at = fields.findIndex(({ type }) => type === FIELD.authenticator);
    const covered = at < 0 ? fields : fields.slice(0, at);
    const identifiers = covered.filter(({ type }) => type === FIELD.unique);
    const [identifier] = identifiers;
    if (identifiers.length !== 1 || !identifier || !equalBytes(identifier.body, unique)) return { kind: 'other' };
    const proof = fields[at];
    if (proof) return openSealed(packet.subarray(0, proof.from), proof.body, key);
    const refused = packet[1] === 0 && String.fromCharCode(...packet.subarray(12, 16)) === 'NTSN';
    return { kind: refused ? 'cookie-refused' : 'unproven' };
  } catch {
    return { kind: 'other' };
  }
}

function openSealed(covered: Uint8Array, body: Uint8Array, key: Uint8Array): Opened {
  if (body.length < 4) return { kind: 'unproven' };
  const view = new DataView(body.buffer, body.byteOffset, body.length);
  const nonceLength = view.getUint16(0);
  const sealedLength = view.getUint16(2);
  const sealedAt = 4 + Math.ceil(nonceLength / 4) * 4;
  const fits = nonceLength > 0 && sealedLength >= tagOctets && sealedAt + sealedLength <= body.length;
  if (!fits) return { kind: 'unproven' };
  const nonce = body.subarray(4, 4 + nonceLength);
  try {
    const plain = aessiv(key, covered, nonce).decrypt(body.subarray(sealedAt, sealedAt + sealedLength));
    const cookies = fieldsOf(plain, 0).filter(({ type, body: { length } }) => type === FIELD.cookie && length > 0);
    return { kind: 'authentic', cookies: cookies.slice(0, COOKIES_KEPT).map((each) => each.body.slice()) };
  } catch {
    return { kind: 'unproven' };
  }
}
