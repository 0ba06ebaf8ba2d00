import { concatBytes, utf8Decode, utf8Encode } from '@tra/kernel';
import { type Json, JsonError, parseJson } from './json.ts';

/** Names and values of a JOSE header. */
export type Header = { readonly [name: string]: Json };

/** One signature of a JWS as read (RFC 7515 section 7). Nothing about it has been verified. */
export interface JwsSignature {
  /** The protected header as it stands: what is signed, in base64url. */
  readonly protectedText: string;
  readonly header: Header;
  /** The unprotected header; signs nothing. */
  readonly unprotected: Header;
  /** The signature as it stands, base64url. */
  readonly signatureText: string;
  readonly signature: Uint8Array;
}

/** A JWS in any of its three serialisations. */
export interface Jws {
  /** The payload as it stands; undefined when there is no such member. Empty, it may be detached as well as empty (RFC 7515 appendix F). */
  readonly payload?: string;
  readonly signatures: readonly JwsSignature[];
}

/** Largest JWS that is read, in bytes. */
export const maxJwsBytes: number = 32 * 1024 * 1024;
const maxSignatures = 64;
const maxHeaderText = 4 * 1024 * 1024;
/** A payload that is not encoded may have any printable character but the full stop (RFC 7797 section 5.2). */
const compact = /^([A-Za-z0-9_-]+)\.([\x20-\x2d\x2f-\x7e]*)\.([A-Za-z0-9_-]*)$/;
const encoded = /^[A-Za-z0-9_-]*$/;

/**
 * Reads a JWS: compact, flattened or general JSON (RFC 7515 section 7). Undefined when the text is JSON without signatures; throws
 * {@link JsonError} when it is neither.
 */
export function readJws(bytes: Uint8Array): Jws | undefined {
  if (bytes.length > maxJwsBytes) throw new JsonError('too large');
  const text = decode(bytes).trim();
  const parts = compact.exec(text);
  if (parts) {
    const [, head = '', payload = '', signature = ''] = parts;
    const read = readSignature(head, signature, {});
    if (read.header.b64 !== false && !encoded.test(payload)) throw new JsonError('payload');
    return { payload, signatures: [read] };
  }
  const document = objectOf(parseJson(text));
  const payload = document.payload;
  if (payload !== undefined && typeof payload !== 'string') throw new JsonError('payload');
  const listed = document.signatures;
  if (listed !== undefined && (document.signature !== undefined || document.protected !== undefined)) {
    throw new JsonError('both serialisations');
  }
  if (listed === undefined && document.signature === undefined) return undefined;
  const members = Array.isArray(listed) ? listed : [document];
  if (members.length === 0 || members.length > maxSignatures) throw new JsonError('signatures');
  const signatures = members.map((member: Json) => {
    const { header, protected: head, signature } = objectOf(member);
    if (typeof signature !== 'string' || (head !== undefined && typeof head !== 'string'))
      throw new JsonError('signature');
    return readSignature(head ?? '', signature, header === undefined ? {} : objectOf(header));
  });
  return { ...(payload === undefined ? {} : { payload }), signatures };
}

function readSignature(protectedText: string, signatureText: string, unprotected: Header): JwsSignature {
  if (protectedText.length > maxHeaderText) throw new JsonError('too large');
  const header = protectedText === '' ? {} : objectOf(parseJson(decode(octets(protectedText))));
  // RFC 7515 section 4: the names of the two headers are disjoint.
  for (const name of Object.keys(unprotected)) if (Object.hasOwn(header, name)) throw new JsonError('repeated name');
  return { protectedText, header, unprotected, signatureText, signature: octets(signatureText) };
}

/** The value as an object. Throws {@link JsonError}. */
export function objectOf(value: Json | undefined): Header {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw new JsonError('object');
  return value as Header;
}

/** Octets of base64url text without padding, no bits left over. Throws {@link JsonError}. */
export function octets(text: string): Uint8Array {
  const found = Buffer.from(text, 'base64url');
  if (found.toString('base64url') !== text) throw new JsonError('base64url');
  return new Uint8Array(found);
}

function decode(bytes: Uint8Array): string {
  try {
    return utf8Decode(bytes);
  } catch {
    throw new JsonError('UTF-8');
  }
}

/** What is signed (RFC 7515 section 5.1; RFC 7797 section 3 for a payload that is not encoded). */
export function signingInput(protectedText: string, payload: Uint8Array): Uint8Array {
  return concatBytes(utf8Encode(`${protectedText}.`), payload);
}
