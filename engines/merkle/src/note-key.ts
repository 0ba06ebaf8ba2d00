import { createHash, createPublicKey, verify } from 'node:crypto';
import { concatBytes, equalBytes, fromBase64, fromHex, toBase64, toBase64Url, toHex, utf8Encode } from '@tra/kernel';
import { MerkleError } from './errors.ts';

/** What a key of a note signs: the note itself (Ed25519), or with a time as a witness (cosignature/v1). */
export type NoteKeyType = 'ed25519' | 'cosignature';

/** A key that verifies signatures of notes (c2sp.org/signed-note). */
export interface NoteKey {
  /** Name on the signature line; a checkpoint's is the origin of its log. */
  readonly name: string;
  readonly type: NoteKeyType;
  /** Ed25519 public key, 32 bytes. */
  readonly publicKey: Uint8Array;
  /** The first four bytes of a hash over name, type and key, hexadecimal. */
  readonly id: string;
}

const typeBytes: Readonly<Record<NoteKeyType, number>> = { ed25519: 1, cosignature: 4 };
const spkiPrefix = fromHex('302a300506032b6570032100');
const KEY_BYTES = 32;

function refuse(reason: string): never {
  throw new MerkleError('merkle.key_invalid', { params: { reason } });
}

/** Whether a key may be called so: not empty, at most 200 characters, no white space, no plus sign, no control character. */
export function isKeyName(name: string): boolean {
  return name.length <= 200 && /^[^\s+\p{Cc}\p{Cs}]+$/u.test(name);
}

/** A key from its raw 32 bytes. Throws `merkle.key_invalid`. */
export function noteKey(name: string, type: NoteKeyType, publicKey: Uint8Array): NoteKey {
  if (!isKeyName(name)) refuse('name');
  if (publicKey.length !== KEY_BYTES) refuse('length');
  const hashed = concatBytes(utf8Encode(`${name}\n`), new Uint8Array([typeBytes[type]]), publicKey);
  const id = toHex(new Uint8Array(createHash('sha256').update(hashed).digest().subarray(0, 4)));
  return { name, type, publicKey, id };
}

/** A key from its SubjectPublicKeyInfo (RFC 8410). Throws `merkle.key_invalid` for anything but Ed25519. */
export function noteKeyFromSpki(name: string, type: NoteKeyType, spki: Uint8Array): NoteKey {
  const isEd25519 = spki.length === spkiPrefix.length + KEY_BYTES;
  if (!isEd25519 || !equalBytes(spki.subarray(0, spkiPrefix.length), spkiPrefix)) refuse('algorithm');
  return noteKey(name, type, spki.slice(spkiPrefix.length));
}

/** A key as text: `<name>+<id>+<base64 of type and key>` (vkey). */
export function formatNoteKey({ name, id, type, publicKey }: NoteKey): string {
  return `${name}+${id}+${toBase64(concatBytes(new Uint8Array([typeBytes[type]]), publicKey))}`;
}

/** Reads a key as text. Throws `merkle.key_invalid`, also when the id does not fit the key. */
export function parseNoteKey(text: string): NoteKey {
  const [, name = '', id = '', encoded = ''] =
    /^([^+]+)\+([0-9a-f]{8})\+([A-Za-z0-9+/]+={0,2})$/.exec(text) ?? refuse('form');
  let bytes: Uint8Array;
  try {
    bytes = fromBase64(encoded);
  } catch {
    refuse('base64');
  }
  const type = (Object.keys(typeBytes) as NoteKeyType[]).find((known) => typeBytes[known] === bytes[0]);
  if (!type) refuse('type');
  const key = noteKey(name, type, bytes.slice(1));
  if (key.id !== id || formatNoteKey(key) !== text) refuse('id');
  return key;
}

/** Whether `signature` over `message` was made by the holder of `key`. */
export function verifyEd25519(key: NoteKey, message: Uint8Array, signature: Uint8Array): boolean {
  if (signature.length !== 64) return false;
  const jwk = { kty: 'OKP', crv: 'Ed25519', x: toBase64Url(key.publicKey) };
  try {
    return verify(null, message, createPublicKey({ key: jwk, format: 'jwk' }), signature);
  } catch {
    return false;
  }
}
