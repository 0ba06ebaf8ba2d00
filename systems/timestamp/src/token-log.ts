import { createHash } from 'node:crypto';
import { canonicalJson, equalBytes, type Random, toHex, utf8Encode } from '@tra/kernel';
import type { IssuedToken } from '@tra/timestamp';
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

/**
 * A log with group commit: while one batch is being written the next one gathers. Records of one process form a hash chain. After a
 * failed write it is unknown what the database holds, so the chain is left as it is and a new one is begun.
 */
export function createTokenLog(store: TimestampStore, random: Random): RecordLog {
  let waiting: Waiting[] = [];
  let writing = false;
  let chain: { name: string; seq: number; hash: Uint8Array } | undefined;
  let durable: ChainPosition | undefined;
  let idle: Promise<void> = Promise.resolve();

  const write = async (batch: readonly Waiting[]): Promise<void> => {
    chain ??= { name: toHex(random.bytes(16)), seq: 0, hash: (await store.findNewestHash()) ?? genesis };
    const { name } = chain;
    let { seq, hash } = chain;
    const records = batch.map(({ issued }) => {
      seq += 1;
      const record = recordFor(issued, { chain: name, seq, previousHash: hash });
      hash = record.hash;
      return record;
    });
    chain = undefined;
    await store.insertRecords(records);
    chain = { name, seq, hash };
    durable = { chain: name, seq, head: hash };
  };

  const drain = async (): Promise<void> => {
    writing = true;
    while (waiting.length > 0) {
      const batch = waiting.slice(0, maxBatch);
      waiting = waiting.slice(maxBatch);
      try {
        await write(batch);
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
  readonly brokenAt?: { readonly chain: string; readonly seq: number };
}

/**
 * Recomputes every chain from the stored records, holds it against its seals, and finds the first record that was altered, removed,
 * moved, or cut off after it was sealed.
 */
export async function verifyTokenLog(store: TimestampStore, seals: readonly StoredSeal[]): Promise<TokenLogReport> {
  let records = 0;
  const sealed = groupSeals(seals);
  for (const chain of new Set([...(await store.listChains()), ...sealed.keys()])) {
    const own = sealed.get(chain) ?? new Map<number, Uint8Array>();
    const result = await verifyChain(store, chain, own);
    records += result.records;
    if (result.brokenAt !== undefined) return { records, brokenAt: { chain, seq: result.brokenAt } };
  }
  return { records };
}

function groupSeals(seals: readonly StoredSeal[]): Map<string, Map<number, Uint8Array>> {
  const groups = new Map<string, Map<number, Uint8Array>>();
  for (const { chain, to, head } of seals) {
    const group = groups.get(chain) ?? new Map<number, Uint8Array>();
    groups.set(chain, group.set(to, head));
  }
  return groups;
}

async function verifyChain(
  store: TimestampStore,
  chain: string,
  seals: ReadonlyMap<number, Uint8Array>,
): Promise<{ readonly records: number; readonly brokenAt?: number }> {
  let seq = 0;
  let previous: Uint8Array | undefined;
  for (;;) {
    const page = await store.listRecords(chain, seq, 1000);
    if (page.length === 0) break;
    for (const record of page) {
      const linked = record.seq === seq + 1 && (!previous || equalBytes(record.previousHash, previous));
      const seal = seals.get(record.seq);
      const sealFits = !seal || equalBytes(seal, record.hash);
      if (!linked || !sealFits || !equalBytes(record.hash, hashOf(record))) return { records: seq, brokenAt: seq + 1 };
      seq = record.seq;
      previous = record.hash;
    }
  }
  const cutOff = [...seals.keys()].some((to) => to > seq);
  return cutOff ? { records: seq, brokenAt: seq + 1 } : { records: seq };
}
