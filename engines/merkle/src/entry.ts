import { concatBytes, utf8Encode } from '@tra/kernel';
import { MAX_ENTRY_BYTES } from './bundle.ts';
import { MerkleError } from './errors.ts';

/** What an entry of the log says. */
export interface EntryContent {
  /** Such as `pki.certificate`. */
  readonly type: string;
  /** When it was appended, to the millisecond. */
  readonly at: Date;
  /** DER or canonical JSON, as the type says. */
  readonly data: Uint8Array;
}

const MAGIC = 'tra-log-entry/v1';
const TYPE = /^[a-z][a-z0-9]*(?:[._][a-z0-9]+)*$/;
const HEADER_LIMIT = 200;
const NEWLINE = 0x0a;

function refuse(): never {
  throw new MerkleError('merkle.entry_invalid');
}

/** The lines before the data of an entry: form, type, time, and an empty line. Throws `merkle.entry_invalid`. */
export function entryHeader({ type, at }: Pick<EntryContent, 'type' | 'at'>): Uint8Array {
  if (!TYPE.test(type) || type.length > 100 || Number.isNaN(at.getTime())) refuse();
  return utf8Encode(`${MAGIC}\n${type}\n${at.toISOString()}\n\n`);
}

/** An entry as it is hashed: its header and the data as they are. Throws `merkle.entry_invalid`, also beyond 65,535 bytes. */
export function encodeEntry(content: EntryContent): Uint8Array {
  const entry = concatBytes(entryHeader(content), content.data);
  if (entry.length > MAX_ENTRY_BYTES) refuse();
  return entry;
}

/** What an entry says; the data is a view of `entry`. Throws `merkle.entry_invalid` when it has another form. */
export function decodeEntry(entry: Uint8Array): EntryContent {
  let end = 0;
  for (let line = 0; line < 4; line += 1) {
    const newline = entry.indexOf(NEWLINE, end);
    if (newline < 0 || newline >= HEADER_LIMIT) refuse();
    end = newline + 1;
  }
  const [magic, type = '', time = '', empty] = String.fromCharCode(...entry.subarray(0, end)).split('\n');
  const at = new Date(time);
  if (magic !== MAGIC || empty !== '' || !TYPE.test(type) || Number.isNaN(at.getTime()) || at.toISOString() !== time) {
    refuse();
  }
  return { type, at, data: entry.subarray(end) };
}
