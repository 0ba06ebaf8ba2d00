import { concatBytes, fromBase64, fromHex, type Signer, toBase64, toHex, utf8Encode } from '@tra/kernel';
import { MerkleError } from './errors.ts';
import { isKeyName, type NoteKey, noteKeyFromSpki, verifyEd25519 } from './note-key.ts';

/** One signature line of a note. */
export interface NoteSignature {
  readonly name: string;
  /** Id of the key, hexadecimal. */
  readonly id: string;
  /** What follows the id: its form depends on the type of the key. */
  readonly signature: Uint8Array;
  /** The line as it stands, with its newline. */
  readonly line: string;
}

/** A text with signatures under it (c2sp.org/signed-note). */
export interface SignedNote {
  /** The signed text with its last newline. Trust nothing in it before a signature was verified. */
  readonly text: string;
  readonly signatures: readonly NoteSignature[];
}

const NOTE_LIMIT = 1_000_000;
const SIGNATURES_LIMIT = 100;
const LINE = /^— ([^ ]+) ([A-Za-z0-9+/]+={0,2})$/;

function refuse(): never {
  throw new MerkleError('merkle.note_invalid');
}

/** Reads one signature line. Throws `merkle.note_invalid`. */
export function parseSignatureLine(line: string): NoteSignature {
  const [, name = '', encoded = ''] = LINE.exec(line.replace(/\n$/, '')) ?? refuse();
  let bytes: Uint8Array;
  try {
    bytes = fromBase64(encoded);
  } catch {
    refuse();
  }
  if (!isKeyName(name) || bytes.length < 5 || toBase64(bytes) !== encoded) refuse();
  return { name, id: toHex(bytes.subarray(0, 4)), signature: bytes.slice(4), line: `— ${name} ${encoded}\n` };
}

/** Splits a note into its text and its signatures; verifies nothing. Throws `merkle.note_invalid`. */
export function parseNote(note: string): SignedNote {
  const split = note.lastIndexOf('\n\n');
  if (note.length > NOTE_LIMIT || split < 0 || !note.endsWith('\n')) refuse();
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what a note must not hold
  if (/[\u0000-\u0009\u000b-\u001f]|\p{Cs}/u.test(note)) refuse();
  const lines = note.slice(split + 2, -1).split('\n');
  if (lines.length > SIGNATURES_LIMIT) refuse();
  return { text: note.slice(0, split + 1), signatures: lines.map(parseSignatureLine) };
}

/** A note with `lines` under its text. */
export function formatNote(text: string, lines: readonly string[]): string {
  return `${text}\n${lines.join('')}`;
}

/** The signature line of `key` with this signature. */
export function signatureLine({ name, id }: Pick<NoteKey, 'name' | 'id'>, signature: Uint8Array): string {
  return `— ${name} ${toBase64(concatBytes(fromHex(id), signature))}\n`;
}

/** Signs `text` (ending in a newline) in the name `name` with an Ed25519 key; resolves to the signature line. */
export async function signNote(text: string, name: string, signer: Signer): Promise<string> {
  const key = noteKeyFromSpki(name, 'ed25519', signer.publicKey);
  if (!text.endsWith('\n')) refuse();
  return signatureLine(key, await signer.sign(utf8Encode(text)));
}

/**
 * The signatures of `note` that the Ed25519 keys among `keys` verify. Signatures of others are passed over. Throws
 * `merkle.signature_invalid` when one of a known key is wrong, `merkle.note_unsigned` when there is none.
 */
export function verifyNote(note: SignedNote, keys: readonly NoteKey[]): readonly NoteSignature[] {
  const message = utf8Encode(note.text);
  const verified = note.signatures.filter((signature) => {
    const key = keys.find(({ type, name, id }) => type === 'ed25519' && name === signature.name && id === signature.id);
    if (!key) return false;
    if (verifyEd25519(key, message, signature.signature)) return true;
    throw new MerkleError('merkle.signature_invalid', { params: { name: key.name } });
  });
  if (verified.length === 0) throw new MerkleError('merkle.note_unsigned');
  return verified;
}
