import { join } from 'node:path';
import { canonicalJson, toHex, utf8Encode } from '@tra/kernel';
import { createJournal, type JournalFile, listJournals } from '@tra/platform-journal';
import type { Transaction } from '@tra/platform-storage';
import type { SystemContext } from '@tra/platform-system';
import { auditChains, segmentEnd } from '@tra/timestamp';
import type { TimestampConfig } from './config.ts';
import type { ChainPosition } from './record-log.ts';
import { SEGMENT_SUFFIX } from './segment-log.ts';
import type { TimestampStore, TimestampTables } from './store.ts';

/** What seals chains in the public log. */
export interface Sealer {
  /** Seals the chain up to `position`, once; resolves when the seal is committed. */
  seal(position: ChainPosition): Promise<void>;
  /** The same inside a transaction of the caller's, where the chain is sealed up to `sealedTo`; false when somebody else did it. */
  sealIn(trx: Transaction<TimestampTables>, position: ChainPosition, sealedTo: number): Promise<boolean>;
}

/** Input of {@link createSealer}. */
export interface SealerOptions {
  readonly context: SystemContext<TimestampConfig>;
  readonly store: TimestampStore;
  readonly kind: 'database' | 'file';
  readonly node: string;
}

/**
 * Seals chains: `{chain, from, to, head}` goes into the public log (type `timestamp.segment`) and into the table of seals in one
 * transaction. From then on nobody can cut off or change those records unseen, this node's owner included.
 */
export function createSealer({ context, store, kind, node }: SealerOptions): Sealer {
  const sealed = context.metrics.counter({
    name: 'tra_timestamp_sealed_records_total',
    help: 'Records of time-stamps that this process sealed in the public log.',
  });
  const sealIn: Sealer['sealIn'] = async (trx, { chain, seq, head }, sealedTo) => {
    const from = sealedTo + 1;
    if (!(await store.insertSeal(trx, { chain, from, to: seq, head, kind, node }, context.clock.now()))) return false;
    const data = utf8Encode(canonicalJson({ chain, from, to: seq, head: toHex(head) }));
    await context.log.append(trx, { type: 'timestamp.segment', data });
    sealed.inc({}, seq - sealedTo);
    return true;
  };
  return {
    sealIn,
    seal: async (position) => {
      const before = await store.findNewestSeal(position.chain);
      if (before && before.to >= position.seq) return;
      await context.database.transaction((trx: Transaction<TimestampTables>) => sealIn(trx, position, before?.to ?? 0));
    },
  };
}

const nodeName = 'node';

/** The random name of a folder of records, made when it is first used. */
export async function nodeOf(folder: string, random: SystemContext<unknown>['random']): Promise<string> {
  const known = async (): Promise<string | undefined> => {
    const file = (await listJournals(folder, nodeName)).find(({ name }) => name === nodeName);
    const bytes = await file?.read();
    return bytes?.length === 16 ? toHex(bytes) : undefined;
  };
  const found = await known();
  if (found) return found;
  const bytes = random.bytes(16);
  const made = await createJournal(join(folder, nodeName), bytes).catch(async (error: unknown) => {
    if ((error as { code?: unknown }).code !== 'journal.exists') throw error;
    return undefined;
  });
  await made?.close();
  return (await known()) ?? toHex(bytes);
}

/**
 * Seals what earlier runs left unsealed when they were killed: chains in `folder` other than `own` whose files nobody has written to for
 * `quietMs`. What is on disk of them was sealed or is whole up to the last complete record. `done` remembers the chains that
 * need no second look before they are written to again, as copies of another machine's files are.
 */
export async function sealLeftovers(
  sealer: Sealer,
  { folder, own, quietMs, now, done }: LeftoverOptions,
): Promise<void> {
  const chains = new Map<string, JournalFile[]>();
  for (const file of await listJournals(folder, SEGMENT_SUFFIX)) {
    const chain = file.name.slice(0, 32);
    if (chain !== own) chains.set(chain, [...(chains.get(chain) ?? []), file]);
  }
  for (const [chain, files] of chains) {
    const newest = Math.max(...files.map(({ modifiedAt }) => modifiedAt.getTime()));
    const state = `${chain} ${files.length} ${newest}`;
    if (now.getTime() - newest < quietMs || done.has(state)) continue;
    const segments = await Promise.all(files.map((file) => file.read()));
    // What is broken is left to the audit: sealing it would make it right.
    const { findings } = await auditChains(segments, []);
    if (findings.length === 0) await sealer.seal(endOf(chain, segments));
    done.add(state);
  }
}

/** Input of {@link sealLeftovers}. */
export interface LeftoverOptions {
  readonly folder: string;
  readonly own: string | undefined;
  readonly quietMs: number;
  readonly now: Date;
  readonly done: Set<string>;
}

function endOf(chain: string, segments: readonly Uint8Array[]): ChainPosition {
  const [last] = segments.slice(-1);
  return { chain, ...segmentEnd(last ?? new Uint8Array(0)) };
}
