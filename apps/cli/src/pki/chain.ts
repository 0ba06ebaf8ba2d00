import { createHash } from 'node:crypto';
import { canonicalJson, type Json, toHex, utf8Encode } from '@tra/kernel';

/** One line of a hash-chained file. */
export interface ChainRecord {
  /** From 1 without gaps. */
  readonly n: number;
  /** RFC 3339, UTC. */
  readonly time: string;
  readonly type: string;
  readonly data: { readonly [name: string]: Json };
  /** Hash of the line before; 64 zeros for the first. */
  readonly previous: string;
  /** SHA-256 of the canonical JSON (RFC 8785) of everything above, hexadecimal. */
  readonly hash: string;
}

/** What {@link readChain} found. */
export interface ReadChain {
  readonly records: readonly ChainRecord[];
  /** Number of the first line that is not what the chain demands. */
  readonly brokenAt?: number;
  /** Characters after the last line break: a line whose writing was cut off. */
  readonly torn: string;
}

const start = '0'.repeat(64);
const kinds: Readonly<Record<keyof ChainRecord, string>> = {
  n: 'number',
  time: 'string',
  type: 'string',
  data: 'object',
  previous: 'string',
  hash: 'string',
};

/** The record that follows `last`. */
export function nextRecord(
  last: ChainRecord | undefined,
  content: Pick<ChainRecord, 'time' | 'type' | 'data'>,
): ChainRecord {
  const { time, type, data } = content;
  const bare = { n: (last?.n ?? 0) + 1, time, type, data, previous: last?.hash ?? start };
  return { ...bare, hash: hashOf(bare) };
}

/** A record as a line of the file. */
export function lineOf(record: ChainRecord): string {
  return `${canonicalJson({ ...record })}\n`;
}

function hashOf({ n, time, type, data, previous }: Omit<ChainRecord, 'hash'>): string {
  const text = canonicalJson({ n, time, type, data, previous });
  return toHex(createHash('sha256').update(utf8Encode(text)).digest());
}

/** Reads a file of records and holds each line against the one before: numbers, hashes, times that do not go back. */
export function readChain(text: string): ReadChain {
  const lines = text.split('\n');
  const torn = lines.pop() ?? '';
  const records: ChainRecord[] = [];
  for (const line of lines) {
    const record = parseLine(line);
    const last = records.at(-1);
    const follows =
      record !== undefined &&
      record.n === records.length + 1 &&
      record.previous === (last?.hash ?? start) &&
      record.time >= (last?.time ?? '') &&
      record.hash === hashOf(record) &&
      lineOf(record) === `${line}\n`;
    if (!follows) return { records, brokenAt: records.length + 1, torn };
    records.push(record);
  }
  return { records, torn };
}

function parseLine(line: string): ChainRecord | undefined {
  try {
    const value = JSON.parse(line) as ChainRecord;
    const names = Object.keys(value).length === Object.keys(kinds).length;
    const typed = Object.entries(kinds).every(([name, kind]) => typeof value[name as keyof ChainRecord] === kind);
    return names && typed && value.data !== null ? value : undefined;
  } catch {
    return undefined;
  }
}
