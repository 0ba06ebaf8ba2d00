import { join } from 'node:path';
import { concatBytes, type Random, toHex } from '@tra/kernel';
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

interface RunningChain {
  readonly name: Uint8Array;
  readonly hex: string;
  journal: Journal;
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
    return create(join(folder, `${chain.hex}-${String(from).padStart(16, '0')}${SEGMENT_SUFFIX}`), header);
  };
  const begin = async (): Promise<RunningChain> => {
    const name = random.bytes(CHAIN_NAME_OCTETS);
    const start = { name, hex: toHex(name), seq: 0, head: chainGenesis(name) };
    const journal = await journalOf(start);
    await opened({ chain: start.hex, seq: 0, head: start.head });
    durable = { chain: start.hex, seq: 0, head: start.head };
    return { ...start, journal, ending: false };
  };
  const goOn = async (chain: RunningChain): Promise<RunningChain> => {
    await chain.journal.close();
    if (durable?.chain !== chain.hex || durable.seq !== chain.seq)
      throw new Error('the segment ended with a failed write');
    chain.journal = await journalOf(chain);
    chain.ending = false;
    return chain;
  };
  const note = ({ hex }: RunningChain, seq: number, head: Uint8Array): void => {
    if (durable?.chain === hex && seq > durable.seq) durable = { chain: hex, seq, head };
  };
  const write = (chain: RunningChain, info: Uint8Array): Promise<void> => {
    const head = chainHash(chain.head, info);
    chain.head = head;
    chain.seq += 1;
    const { seq } = chain;
    const written = chain.journal.append(concatBytes(info, head)).then(() => note(chain, seq, head));
    if (chain.journal.size >= segmentBytes && !chain.ending) {
      chain.ending = true;
      open = undefined;
      take(written.then(() => goOn(chain)));
    }
    return written;
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
      const written = open ? write(open, info) : attempt.then((chain) => write(chain, info));
      return written.catch((cause: unknown) => {
        if (running === attempt) {
          running = undefined;
          open = undefined;
        }
        throw new TimestampSystemError('timestamp.record_failed', { cause });
      });
    },
    durable: () => durable,
    close: async () => {
      const chain = await running?.catch(() => undefined);
      await chain?.journal.close();
    },
  };
}
