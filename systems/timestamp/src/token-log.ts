import { createHash } from 'node:crypto';
import { type Clock, canonicalJson, equalBytes, type Random, toHex, utf8Encode } from '@tra/kernel';
import type { IssuedToken } from '@tra/timestamp';
import { CHAIN_ENDED } from './chain-store.ts';
import { TimestampSystemError } from './errors.ts';
import type { ChainPosition, RecordLog } from './record-log.ts';
import type { StoredSeal, TimestampStore, TokenRecord } from './store.ts';

interface Waiting {
  readonly issued: IssuedToken;
  resolve(): void;
  reject(error: unknown): void;
}

const genesis = new Uint8Array(32);
const maxBatch = 500;

interface RunningChain {
  readonly name: string;
  readonly seq: number;
  readonly hash: Uint8Array;
}

/**
 * A log with group commit: while one batch is being written the next one gathers. Records of one process form a hash chain. After a
 * failed write it is unknown what the database holds, so the chain is left as it is and a new one is begun.
 */
export function createTokenLog(store: TimestampStore, { random, clock }: { random: Random; clock: Clock }): RecordLog {
  let waiting: Waiting[] = [];
  let writing = false;
  let chain: RunningChain | undefined;
  let durable: ChainPosition | undefined;
  let idle: Promise<void> = Promise.resolve();

  const begin = async (): Promise<RunningChain> => {
    const name = toHex(random.bytes(16));
    await store.beginChain(name, clock.now());
    return { name, seq: 0, hash: (await store.findNewestHash()) ?? genesis };
  };
  const write = async (batch: readonly Waiting[]): Promise<void> => {
    const { name, ...last } = chain ?? (await begin());
    chain = undefined;
    let { seq, hash } = last;
    const records = batch.map(({ issued }) => {
      seq += 1;
      const record = recordFor(issued, { chain: name, seq, previousHash: hash });
      hash = record.hash;
      return record;
    });
    await store.insertRecords(records);
    chain = { name, seq, hash };
    durable = { chain: name, seq, head: hash };
  };
  // Another process that found this one silent for long ended its chain: nothing was written, and the records go into a new one.
  const writeAnywhere = (batch: readonly Waiting[]): Promise<void> =>
    write(batch).catch((error: { readonly code?: unknown } | null) => {
      if (error?.code !== CHAIN_ENDED) throw error;
      return write(batch);
    });

  const drain = async (): Promise<void> => {
    writing = true;
    while (waiting.length > 0) {
      const batch = waiting.slice(0, maxBatch);
      waiting = waiting.slice(maxBatch);
      try {
        await writeAnywhere(batch);
        for (const { resolve } of batch) resolve();
      } catch (cause) {
        for (const { reject } of batch) reject(new TimestampSystemError('timestamp.record_failed', { cause }));
      }
    }
    writing = false;
  };

  return {
    append: (issued) =>
      new Promise((resolve, reject) => {
        waiting.push({ issued, resolve, reject });
        if (!writing) idle = drain();
      }),
    durable: () => durable,
    close: () => idle,
  };
}

function recordFor(issued: IssuedToken, link: Pick<TokenRecord, 'chain' | 'seq' | 'previousHash'>): TokenRecord {
  const { serial, genTime, policy, digestAlgorithm, digest, token } = issued;
  const serialHex = toHex(serial);
  const tokenSha256 = new Uint8Array(createHash('sha256').update(token).digest());
  const facts = { ...link, serialHex, genTime, policy, digestAlgorithm, digest, tokenSha256 };
  return { ...facts, hash: hashOf(facts) };
}

function hashOf(record: Omit<TokenRecord, 'hash'>): Uint8Array {
  const text = canonicalJson({
    chain: record.chain,
    seq: record.seq,
    serialHex: record.serialHex,
    genTime: record.genTime.toISOString(),
    policy: record.policy,
    digestAlgorithm: record.digestAlgorithm,
    digest: toHex(record.digest),
    tokenSha256: toHex(record.tokenSha256),
    previousHash: toHex(record.previousHash),
  });
  return new Uint8Array(createHash('sha256').update(utf8Encode(text)).digest());
}

/** Result of {@link verifyTokenLog}: how many records were read and where the first break is. */
export interface TokenLogReport {
  readonly records: number;
  /** How many of them no seal covers yet. */
  readonly unsealed: number;
  readonly brokenAt?: { readonly chain: string; readonly seq: number };
}

/**
 * Recomputes every chain from the stored records, holds it against its seals, and finds the first record that was altered, removed,
 * moved, or cut off after it was sealed.
 */
export async function verifyTokenLog(store: TimestampStore, seals: readonly StoredSeal[]): Promise<TokenLogReport> {
  let records = 0;
  let unsealed = 0;
  const sealed = groupSeals(seals);
  for (const chain of new Set([...(await store.listChains()), ...sealed.keys()])) {
    const own = sealed.get(chain) ?? new Map<number, Uint8Array>();
    const { seq, brokenAt } = await followChain(store, chain, { seals: own });
    records += seq;
    const sealedTo = Math.max(0, ...own.keys());
    unsealed += Math.max(0, seq - sealedTo);
    const firstBreak = brokenAt ?? (sealedTo > seq ? seq + 1 : undefined);
    if (firstBreak !== undefined) return { records, unsealed, brokenAt: { chain, seq: firstBreak } };
  }
  return { records, unsealed };
}

function groupSeals(seals: readonly StoredSeal[]): Map<string, Map<number, Uint8Array>> {
  const groups = new Map<string, Map<number, Uint8Array>>();
  for (const { chain, to, head } of seals) {
    const group = groups.get(chain) ?? new Map<number, Uint8Array>();
    groups.set(chain, group.set(to, head));
  }
  return groups;
}

/** How far the records of a chain follow from one another. */
export interface FollowedChain {
  /** Of the last record that fits. */
  readonly seq: number;
  readonly hash?: Uint8Array;
  readonly brokenAt?: number;
}

/** Input of {@link followChain}. */
export interface FollowOptions {
  /** The record after which to begin; the beginning of the chain unless told. */
  readonly start?: { readonly seq: number; readonly hash: Uint8Array } | undefined;
  /** Hashes that were sealed, by the number of the record. */
  readonly seals?: ReadonlyMap<number, Uint8Array>;
}

/** Recomputes a chain from its stored records. */
export async function followChain(
  store: TimestampStore,
  chain: string,
  { start, seals }: FollowOptions = {},
): Promise<FollowedChain> {
  let seq = start?.seq ?? 0;
  let hash = start?.hash;
  for (;;) {
    const page = await store.listRecords(chain, seq, 1000);
    for (const record of page) {
      const linked = record.seq === seq + 1 && (!hash || equalBytes(record.previousHash, hash));
      const seal = seals?.get(record.seq);
      const sealFits = !seal || equalBytes(seal, record.hash);
      if (!linked || !sealFits || !equalBytes(record.hash, hashOf(record))) return { seq, brokenAt: seq + 1 };
      seq = record.seq;
      hash = record.hash;
    }
    if (page.length === 0) return { seq, ...(hash ? { hash } : {}) };
  }
}
