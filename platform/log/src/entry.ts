import { canonicalJson, type Json, utf8Decode } from '@tra/kernel';
import { LogError } from './errors.ts';

/** How the data of a type is written: DER, or canonical JSON (RFC 8785). */
export type LogContent = 'der' | 'json';

/**
 * Name of a type of entry: `<system>.<what>`. The log is public and for ever: a type holds what is public by nature, and of anything
 * else only its SHA-256. A new type is one line here, one in {@link logEntryTypes} and one in the README.
 */
export type LogEntryType =
  /** A certificate as issued. */
  | 'pki.certificate'
  /** `{issuerKeyHash, serial, revokedAt, reason}`: a certificate is revoked, held, or released from hold. */
  | 'pki.revocation'
  /** `{issuerKeyHash, number, sha256}`: a revocation list was published. */
  | 'pki.crl'
  /** `{sequence, sha256}`: an edition of the trusted list of the national services. */
  | 'pki.trust_list'
  /** `{document, version, sha256}`: an edition of the certificate policy (`cp`) or practice statement (`cps`). */
  | 'pki.policy'
  /** `{chain, from, to, head}`: records of issued time-stamp tokens, by the hash of their chain. */
  | 'timestamp.segment'
  /** `{streams, root}`: heads of audit chains at one instant. */
  | 'audit.head'
  /** `{licence, sha256, status}`: a licence was issued or changed its state; its documents only by their hash. */
  | 'licensing.licence'
  /** `{schema, version, sha256}`: a schema was released. */
  | 'schemas.release';

/** How the data of each type is written. */
export const logEntryTypes: Readonly<Record<LogEntryType, LogContent>> = {
  'pki.certificate': 'der',
  'pki.revocation': 'json',
  'pki.crl': 'json',
  'pki.trust_list': 'json',
  'pki.policy': 'json',
  'timestamp.segment': 'json',
  'audit.head': 'json',
  'licensing.licence': 'json',
  'schemas.release': 'json',
};

/** What a system has logged. */
export interface LogEntry {
  readonly type: LogEntryType;
  /** At most {@link MAX_DATA_BYTES}; DER or canonical JSON in UTF-8, as the type says. */
  readonly data: Uint8Array;
}

/** Largest data of an entry in bytes; an entry with its header must fit in 65,535 (tlog-tiles). */
export const MAX_DATA_BYTES: number = 65_000;

function isCanonicalJson(data: Uint8Array): boolean {
  try {
    const text = utf8Decode(data);
    return canonicalJson(JSON.parse(text) as Json) === text;
  } catch {
    return false;
  }
}

// Only the outline: what the bytes mean is the business of the system that logs them.
function isDerOutline(data: Uint8Array): boolean {
  return data.length > 2 && data[0] === 0x30;
}

/** `entry` when it may be logged. Throws `log.type_unknown`, `log.data_too_large` or `log.data_invalid`. */
export function checkEntry(entry: LogEntry): LogEntry {
  const { type, data } = entry;
  if (!Object.hasOwn(logEntryTypes, type)) {
    throw new LogError('log.type_unknown', { params: { type: String(type).slice(0, 100) } });
  }
  if (data.length > MAX_DATA_BYTES) {
    throw new LogError('log.data_too_large', { params: { type, size: data.length, limit: MAX_DATA_BYTES } });
  }
  const content: LogContent = logEntryTypes[type];
  if (content === 'json' ? !isCanonicalJson(data) : !isDerOutline(data)) {
    throw new LogError('log.data_invalid', { params: { type, content } });
  }
  return entry;
}
