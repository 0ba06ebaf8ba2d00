import { hash } from 'node:crypto';
import { boundsAt } from '@tra/asn1';
import { concatBytes, equalBytes, toHex, utf8Encode } from '@tra/kernel';
import { TimestampError } from './errors.ts';

/** Octets of a chain's name, of its hashes, and of the header of a segment. */
export const CHAIN_NAME_OCTETS = 16;
const hashOctets = 32;
const magic: Uint8Array = utf8Encode('TRA-TST1');
const headerOctets: number = magic.length + CHAIN_NAME_OCTETS + 8 + hashOctets;

/** The beginning of one file of a chain. */
export interface SegmentHeader {
  /** 16 random octets that name the chain: one run of one process. */
  readonly chain: Uint8Array;
  /** Number of the first record, from 1. */
  readonly from: number;
  /** Hash before the first record. */
  readonly previous: Uint8Array;
}

/** The hash before the first record of a chain: SHA-256 of a fixed text and the chain's name. */
export function chainGenesis(chain: Uint8Array): Uint8Array {
  return new Uint8Array(hash('sha256', concatBytes(magic, chain), 'buffer'));
}

const link: Uint8Array = new Uint8Array(hashOctets + 4096);

/** The hash of the record that follows: SHA-256 over the hash before it and the token's TSTInfo (DER, at most 4096 octets). */
export function chainHash(previous: Uint8Array, info: Uint8Array): Uint8Array {
  link.set(previous);
  link.set(info, hashOctets);
  // By way of text: bytes of their own would cost three times as much as the hashing.
  return Buffer.from(hash('sha256', link.subarray(0, hashOctets + info.length), 'binary'), 'binary');
}

/** A segment is its header, then for each record the TSTInfo and the hash of the record. */
export function encodeSegmentHeader({ chain, from, previous }: SegmentHeader): Uint8Array {
  const number = new Uint8Array(8);
  new DataView(number.buffer).setBigUint64(0, BigInt(from));
  return concatBytes(magic, chain, number, previous);
}

/** Reads the header of a segment. Throws {@link TimestampError} `timestamp.segment_unreadable`. */
export function readSegmentHeader(segment: Uint8Array): SegmentHeader {
  const right = segment.length >= headerOctets && equalBytes(segment.subarray(0, magic.length), magic);
  if (!right) throw new TimestampError('timestamp.segment_unreadable');
  const at = magic.length + CHAIN_NAME_OCTETS;
  const from = Number(new DataView(segment.buffer, segment.byteOffset + at, 8).getBigUint64(0));
  return { chain: segment.slice(magic.length, at), from, previous: segment.slice(at + 8, headerOctets) };
}

/** A record as it stands in a segment, not compared with anything. */
export interface StoredRecord {
  /** TSTInfo in DER. */
  readonly info: Uint8Array;
  readonly hash: Uint8Array;
  /** Where the next one begins. */
  readonly end: number;
}

/**
 * The records of a segment in order; ends where a record is not complete or not to be read, as where zeros follow the last one. None is
 * compared with anything.
 */
export function* recordsOf(segment: Uint8Array): Generator<StoredRecord> {
  for (let at = headerOctets; at < segment.length; ) {
    const end = endOfInfo(segment, at);
    if (end === undefined || end + hashOctets > segment.length) return;
    yield {
      info: segment.subarray(at, end),
      hash: segment.subarray(end, end + hashOctets),
      end: end + hashOctets,
    };
    at = end + hashOctets;
  }
}

function endOfInfo(segment: Uint8Array, at: number): number | undefined {
  try {
    const { tag, end } = boundsAt(segment, at, segment.length);
    return tag === 0x30 && end - at <= 4096 ? end : undefined;
  } catch {
    return undefined;
  }
}

/** What the public log holds of a chain: its records up to `to` end in `head`. */
export interface ChainSeal {
  /** Hexadecimal. */
  readonly chain: string;
  /** First record since the seal before. */
  readonly from: number;
  /** Last record; `from - 1` when a chain was opened and has none yet. */
  readonly to: number;
  /** Hexadecimal hash of record `to`. */
  readonly head: string;
}

/** What is wrong with a chain, and where. */
export interface ChainFinding {
  /**
   * `altered`: the record `at` does not follow from the one before it: it, or one beside it, was changed, removed, put in or moved.
   * `missing`: records from `at` on are sealed or followed by others, and are not there. `seal_differs`: the records up to `at` are not those that were sealed.
   * `unreadable`: a file is no segment.
   */
  readonly kind: 'altered' | 'missing' | 'seal_differs' | 'unreadable';
  /** Hexadecimal name; empty for an unreadable file. */
  readonly chain: string;
  readonly at: number;
}

/** Result of {@link auditChains}. */
export interface ChainAudit {
  /** Records that were read. */
  readonly records: number;
  readonly chains: number;
  /** Records that no seal covers yet: of these the last could have been cut off unseen. */
  readonly unsealed: number;
  /**
   * Octets after the last whole record of a chain: a write that a crash cut off, never answered for. Zeros at the end of a file are room for records
   * and not counted.
   */
  readonly unfinishedOctets: number;
  /** At most 100. */
  readonly findings: readonly ChainFinding[];
}

interface Reading {
  next: number;
  head: Uint8Array;
  /** Heads at the places that seals name. */
  readonly seals: Map<number, string>;
  sealedTo: number;
  unfinished: number;
}

const maxFindings = 100;

/**
 * Recomputes chains from their segments and holds them against what was sealed in the public log: finds every record that was altered,
 * removed, put in or moved, a removed file or chain, and a tail that was cut off after it was sealed. Segments of a chain must come in
 * the order of their first records; chains may come mixed. Reads one segment at a time and calls nobody.
 *
 * @example
 * const { findings } = await auditChains(segments, sealsFromTheLog);
 */
export async function auditChains(
  segments: AsyncIterable<Uint8Array> | Iterable<Uint8Array>,
  seals: readonly ChainSeal[],
): Promise<ChainAudit> {
  const chains = readingsOf(seals);
  const findings: ChainFinding[] = [];
  const found = (finding: ChainFinding): void => {
    if (findings.length < maxFindings) findings.push(finding);
  };
  let records = 0;
  for await (const segment of segments) records += auditSegment(segment, chains, found);
  for (const [chain, { next, sealedTo }] of chains) {
    if (next <= sealedTo || next === 0) found({ kind: 'missing', chain, at: Math.max(next, 1) });
  }
  const all = [...chains.values()];
  return {
    records,
    chains: chains.size,
    unsealed: all.reduce((sum, { next, sealedTo }) => sum + Math.max(0, next - 1 - sealedTo), 0),
    unfinishedOctets: all.reduce((sum, { unfinished }) => sum + unfinished, 0),
    findings,
  };
}

function readingsOf(seals: readonly ChainSeal[]): Map<string, Reading> {
  const chains = new Map<string, Reading>();
  for (const { chain, to, head } of seals) {
    const reading = chains.get(chain) ?? newReading();
    reading.seals.set(to, head);
    reading.sealedTo = Math.max(reading.sealedTo, to);
    chains.set(chain, reading);
  }
  return chains;
}

/** `next` is 0 until a segment of the chain was seen. */
function newReading(): Reading {
  return { next: 0, head: new Uint8Array(0), seals: new Map(), sealedTo: 0, unfinished: 0 };
}

function auditSegment(
  segment: Uint8Array,
  chains: Map<string, Reading>,
  found: (finding: ChainFinding) => void,
): number {
  let header: SegmentHeader;
  try {
    header = readSegmentHeader(segment);
  } catch {
    found({ kind: 'unreadable', chain: '', at: 0 });
    return 0;
  }
  const chain = toHex(header.chain);
  const reading = chains.get(chain) ?? newReading();
  chains.set(chain, reading);
  if (reading.next === 0) Object.assign(reading, { next: 1, head: chainGenesis(header.chain) });
  const { next } = reading;
  if (header.from > next) found({ kind: 'missing', chain, at: next });
  else if (header.from < next || !equalBytes(header.previous, reading.head))
    found({ kind: 'altered', chain, at: next });
  // A chain goes on in another file after whole records only.
  if (reading.unfinished > 0) found({ kind: 'altered', chain, at: next });
  reading.next = header.from;
  reading.head = header.previous;
  return auditRecords(segment, { chain, reading, found });
}

function auditRecords(
  segment: Uint8Array,
  { chain, reading, found }: { chain: string; reading: Reading; found: (finding: ChainFinding) => void },
): number {
  let records = 0;
  let end = headerOctets;
  checkSeal(reading, chain, found);
  for (const record of recordsOf(segment)) {
    if (!equalBytes(record.hash, chainHash(reading.head, record.info))) {
      if (isTorn(segment, record)) break;
      found({ kind: 'altered', chain, at: reading.next });
    }
    reading.head = record.hash;
    reading.next += 1;
    records += 1;
    end = record.end;
    checkSeal(reading, chain, found);
  }
  reading.unfinished = Math.max(0, endOfContent(segment) - end);
  return records;
}

/** What a disk writes whole or not at all. */
const sectorOctets = 512;

/**
 * Whether a record that does not follow from the one before is part of a write that a power cut ended: room for records is zeros, and a sector of
 * it was not written. Nothing after it was answered for. Who makes a record look so has cut off the chain there, which its seals tell.
 */
function isTorn(segment: Uint8Array, { info, hash: stored, end }: StoredRecord): boolean {
  const begin = end - info.length - stored.length;
  for (let at = (Math.floor(begin / sectorOctets) + 1) * sectorOctets; at < end; at += sectorOctets)
    if (segment.subarray(at, Math.min(at + sectorOctets, end)).every((octet) => octet === 0)) return true;
  return false;
}

function endOfContent(segment: Uint8Array): number {
  let end = segment.length;
  while (end > 0 && segment[end - 1] === 0) end -= 1;
  return end;
}

/** Where the whole records of a segment end: the number of the last and its hash. Throws {@link TimestampError} `timestamp.segment_unreadable`. */
export function segmentEnd(segment: Uint8Array): { readonly seq: number; readonly head: Uint8Array } {
  const { from, previous } = readSegmentHeader(segment);
  let seq = from - 1;
  let head = previous;
  for (const { info, hash: stored } of recordsOf(segment)) {
    if (!equalBytes(stored, chainHash(head, info))) break;
    head = stored;
    seq += 1;
  }
  return { seq, head };
}

function checkSeal(reading: Reading, chain: string, found: (finding: ChainFinding) => void): void {
  const at = reading.next - 1;
  const head = reading.seals.get(at);
  if (head !== undefined && head !== toHex(reading.head)) found({ kind: 'seal_differs', chain, at });
}
