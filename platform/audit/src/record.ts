import { createHash } from 'node:crypto';
import { canonicalJson, type Json, utf8Encode } from '@tra/kernel';
import { AuditError } from './errors.ts';

/** Who did what to which object. */
export interface AuditEntry {
  /** The chain that the record joins, such as `case:<id>`: one chain per case keeps cases independent of each other. */
  readonly stream: string;
  /** Account id or `system:<name>`. */
  readonly actor: string;
  /** What was done, such as `licensing.approve`. */
  readonly action: string;
  /** What it was done to, such as `application:<id>`. */
  readonly object: string;
  /** Facts beside; they stay for ever, so no personal data that must be erased one day. */
  readonly details?: Json;
}

/** A record as it stands in its chain. */
export interface AuditRecord extends AuditEntry {
  /** Place in the chain, from 1 without a gap. */
  readonly seq: number;
  readonly at: Date;
  readonly details: Json;
  /** Hexadecimal SHA-256 of the record before; zeros for the first. */
  readonly previousHash: string;
  /** Hexadecimal SHA-256 over the canonical JSON of all other members. */
  readonly hash: string;
}

/** What the first record of each chain follows. */
export const ZERO_HASH: string = '0'.repeat(64);

const LIMITS = { stream: 200, actor: 200, action: 100, object: 300 } as const;
const DETAILS_LIMIT = 65_536;

function refuse(field: string): never {
  throw new AuditError('audit.record_invalid', { params: { field } });
}

// The database cannot store U+0000 or half a surrogate pair; found here, the refusal has a name.
function isStorable(text: string): boolean {
  return !text.includes('\u0000') && !/\p{Surrogate}/u.test(text);
}

// Through JSON once, so that what is hashed is exactly what the database will give back (no `undefined`, no `-0`).
function normalise(details: Json | undefined): Json {
  const text = JSON.stringify(details ?? null);
  if (text.length > DETAILS_LIMIT) refuse('details');
  const value = JSON.parse(text, (key, item: unknown) => {
    if (!isStorable(key) || (typeof item === 'string' && !isStorable(item))) refuse('details');
    return item;
  });
  return value as Json;
}

/** `entry` when it can be stored and hashed without loss. Throws `audit.record_invalid` with the `field`. */
export function checkEntry(entry: AuditEntry): Required<AuditEntry> {
  for (const field of ['stream', 'actor', 'action', 'object'] as const) {
    const value: unknown = entry[field];
    if (typeof value !== 'string' || value === '' || value.length > LIMITS[field] || !isStorable(value)) refuse(field);
  }
  const { stream, actor, action, object } = entry;
  return { stream, actor, action, object, details: normalise(entry.details) };
}

/** Hexadecimal hash of a record: SHA-256 over its canonical JSON (RFC 8785) together with the hash before. */
export function hashRecord(record: Omit<AuditRecord, 'hash'>): string {
  const { stream, seq, at, actor, action, object, details, previousHash } = record;
  const hashed = { stream, seq, at: at.toISOString(), actor, action, object, details: details ?? null, previousHash };
  return createHash('sha256')
    .update(utf8Encode(canonicalJson(hashed)))
    .digest('hex');
}
