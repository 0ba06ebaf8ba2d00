import { createHash, timingSafeEqual } from 'node:crypto';
import { type Random, toHex } from '@tra/kernel';

/** A key as its holder sends it: `tsk_<id>_<secret>`, 96 and 256 random bits in hexadecimal. */
export interface KeyText {
  readonly id: string;
  readonly secret: string;
}

const form = /^tsk_([0-9a-f]{24})_([0-9a-f]{64})$/;
const bearer = 'Bearer ';
const scheme = /^(bearer|basic) +([\x21-\x7e]{1,512}) *$/i;

/** A new key. The secret is 256 random bits: a fast hash of it protects as much as a slow one. */
export function makeKey(random: Random): KeyText & { readonly text: string; readonly sha256: Uint8Array } {
  const id = toHex(random.bytes(12));
  const secret = toHex(random.bytes(32));
  return { id, secret, text: `tsk_${id}_${secret}`, sha256: hashSecret(secret) };
}

/**
 * The key in an Authorization header: `Bearer tsk_…`, or Basic with the key as user name or as password, as clients send it that know only
 * `https://key@host/`. Undefined when the header holds none.
 */
export function readAuthorization(header: string): KeyText | undefined {
  // The usual way, once per token: without the general pattern.
  if (header.startsWith(bearer)) return readKey(header.slice(bearer.length));
  const [, name = '', value = ''] = scheme.exec(header) ?? [];
  if (name.toLowerCase() === 'bearer') return readKey(value);
  if (name.toLowerCase() !== 'basic') return undefined;
  const [user = '', password = ''] = Buffer.from(value, 'base64').toString('latin1').split(':', 2);
  return readKey(password) ?? readKey(user);
}

function readKey(text: string): KeyText | undefined {
  const [, id, secret] = form.exec(text) ?? [];
  return id === undefined || secret === undefined ? undefined : { id, secret };
}

function hashSecret(secret: string): Uint8Array {
  return new Uint8Array(createHash('sha256').update(secret, 'latin1').digest());
}

/** Whether `secret` is what was hashed, compared in constant time; remembers it in `key` when it is. */
export function fitsSecret(secret: string, key: { readonly sha256: Uint8Array; proven?: Uint8Array }): boolean {
  const bytes = Buffer.from(secret, 'latin1');
  if (key.proven) return key.proven.length === bytes.length && timingSafeEqual(bytes, key.proven);
  const given = hashSecret(secret);
  const fits = given.length === key.sha256.length && timingSafeEqual(given, key.sha256);
  if (fits) key.proven = bytes;
  return fits;
}
