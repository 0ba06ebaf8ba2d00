import { join } from 'node:path';
import { type Random, toHex } from '@tra/kernel';
import { createJournal, type Journal } from '@tra/platform-journal';
import { CHAIN_NAME_OCTETS, chainGenesis, chainHash, encodeSegmentHeader } from '@tra/timestamp';
import { TimestampSystemError } from './errors.ts';
import type { ChainPosition, RecordLog } from './record-log.ts';

/** How the files of records are called: `<chain>-<number of the first record>.segment`. */
export const SEGMENT_SUFFIX = '.segment';

/** Input of {@link createSegmentLog}. */
export interface SegmentLogOptions {
  readonly folder: string;
  readonly segmentBytes: number;
  readonly random: Random;
  /** Called before the first record of a chain is taken: its existence is to be known elsewhere first. */
  readonly opened: (position: ChainPosition) => Promise<void>;
  /** Makes a file; those of platform/journal unless told. */
  readonly create?: typeof createJournal;
}

/** Room that a file has ahead: some ten thousand records. */
const mostReserve = 4 << 20;

interface RunningChain {
  readonly name: Uint8Array;
  readonly hex: string;
  journal: Journal;
  /** What was appended and is not on disk yet; all that one write takes shares one promise. */
  pending: { readonly raw: Promise<void>; readonly noted: Promise<void>; seq: number; head: Uint8Array } | undefined;
  /** Whether the next file is on its way. */
  ending: boolean;
  /** Of the newest record, on disk or not. */
  seq: number;
  head: Uint8Array;
}

/**
 * Records in files of this node, one chain for each run of the process: nothing is ever appended to a file of an earlier run, so a
 * crash needs no repair. After a failed write it is unknown what is on disk: that chain ends there and another one begins.
 */
export function createSegmentLog(options: SegmentLogOptions): RecordLog {
  const { folder, segmentBytes, random, opened, create = createJournal } = options;
  let running: Promise<RunningChain> | undefined;
  /** What `running` resolved to, while it takes records. */
  let open: RunningChain | undefined;
  let durable: ChainPosition | undefined;

  const journalOf = (chain: Pick<RunningChain, 'name' | 'hex' | 'seq' | 'head'>): Promise<Journal> => {
    const from = chain.seq + 1;
    const header = encodeSegmentHeader({ chain: chain.name, from, previous: chain.head });
    const path = join(folder, `${chain.hex}-${String(from).padStart(16, '0')}${SEGMENT_SUFFIX}`);
    return create(path, header, { reserve: Math.min(mostReserve, segmentBytes) });
  };
  const begin = async (): Promise<RunningChain> => {
    const name = random.bytes(CHAIN_NAME_OCTETS);
    const start = { name, hex: toHex(name), seq: 0, head: chainGenesis(name) };
    const journal = await journalOf(start);
    await opened({ chain: start.hex, seq: 0, head: start.head });
    durable = { chain: start.hex, seq: 0, head: start.head };
    return { ...start, journal, pending: undefined, ending: false };
  };
  const goOn = async (chain: RunningChain): Promise<RunningChain> => {
    await chain.journal.close();
    if (durable?.chain !== chain.hex || durable.seq !== chain.seq)
      throw new Error('the segment ended with a failed write');
    chain.journal = await journalOf(chain);
    chain.ending = false;
    return chain;
  };
  const note = ({ hex }: RunningChain, { seq, head }: { readonly seq: number; readonly head: Uint8Array }): void => {
    if (durable?.chain === hex && seq > durable.seq) durable = { chain: hex, seq, head };
  };
  const failed = (attempt: Promise<RunningChain>, cause: unknown): never => {
    if (running === attempt) {
      running = undefined;
      open = undefined;
    }
    throw new TimestampSystemError('timestamp.record_failed', { cause });
  };
  const write = (chain: RunningChain, attempt: Promise<RunningChain>, info: Uint8Array): Promise<void> => {
    const head = chainHash(chain.head, info);
    chain.head = head;
    chain.seq += 1;
    const raw = chain.journal.append(info, head);
    let { pending } = chain;
    if (pending?.raw === raw) {
      pending.seq = chain.seq;
      pending.head = head;
    } else {
      const noted = raw.then(
        () => note(chain, made),
        (cause: unknown) => failed(attempt, cause),
      );
      const made: NonNullable<RunningChain['pending']> = { raw, noted, seq: chain.seq, head };
      pending = made;
      chain.pending = made;
    }
    if (chain.journal.size >= segmentBytes && !chain.ending) {
      chain.ending = true;
      open = undefined;
      take(pending.noted.then(() => goOn(chain)));
    }
    return pending.noted;
  };
  /** Records wait for `next` to be there, and go to it then. */
  const take = (next: Promise<RunningChain>): Promise<RunningChain> => {
    running = next;
    next.then(
      (chain) => {
        if (running === next && !chain.ending) open = chain;
      },
      () => undefined,
    );
    return next;
  };
  return {
    append: ({ info }) => {
      const attempt = running ?? take(begin());
      if (open) return write(open, attempt, info);
      return attempt.then(
        (chain) => write(chain, attempt, info),
        (cause: unknown) => failed(attempt, cause),
      );
    },
    durable: () => durable,
    close: async () => {
      const chain = await running?.catch(() => undefined);
      await chain?.journal.close();
    },
  };
}
