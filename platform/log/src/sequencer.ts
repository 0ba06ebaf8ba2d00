import { createHash } from 'node:crypto';
import { type Clock, type Random, type Signer, toHex } from '@tra/kernel';
import type { KeyStore } from '@tra/platform-keys';
import type { Database } from '@tra/platform-storage';
import type { Logger } from '@tra/platform-telemetry';
import { insertCheckpoint, readNewestCheckpoint } from './checkpoint-store.ts';
import { LogError } from './errors.ts';
import type { HeadMemory, LogFormat } from './ports.ts';
import { rootAt } from './public-log.ts';
import {
  anyWaiting,
  type EntryRow,
  extendTree,
  insertTree,
  isComplete,
  type LogTables,
  lockTree,
  readFigures,
  readTree,
  type Tables,
  type Tree,
  takeOutbox,
  type Waiting,
} from './store.ts';

/** What a sequencer stands on. */
export interface SequencerOptions {
  readonly database: Database;
  readonly clock: Clock;
  readonly random: Random;
  readonly logger: Logger;
  readonly keys: KeyStore;
  readonly format: LogFormat;
  /** Name of the log in its checkpoints; applies when the log is made, and never changes after. */
  readonly origin: string;
  /** Milliseconds between two rounds; 1,000 unless told. */
  readonly everyMs?: number;
  /** Most entries of one transaction, which the embedded database lets nothing pass; 256 unless told. */
  readonly batch?: number;
  readonly memory?: HeadMemory;
}

/** How the log stands. */
export interface LogStatus {
  readonly origin: string;
  /** Entries with a place. */
  readonly size: number;
  /** Entries that the newest checkpoint covers. */
  readonly published: number;
  /** Entries that wait for their place. */
  readonly waiting: number;
  /** Since when the oldest of them waits. */
  readonly oldest: Date | null;
}

/** Gives entries their places and signs checkpoints. Any number may run, in as many processes. */
export interface Sequencer {
  /**
   * Makes the log and its key when there is none, then works every so often. A round that fails is told to the logger and tried again;
   * only that there is no log at all rejects.
   */
  start(): Promise<void>;
  /** Rejects with what made the last round fail. */
  check(): Promise<void>;
  /** Ends the round that is running, does a last one, and starts no other. */
  stop(): Promise<void>;
  /** Gives a place to all that waits, and signs; resolves to how many entries got theirs here. */
  run(): Promise<number>;
  status(): Promise<LogStatus>;
  /** The key that verifies checkpoints. Rejects with `log.key_unavailable`. */
  publicKey(): Promise<{ readonly origin: string; readonly publicKey: Uint8Array }>;
}

const PURPOSE = 'log-checkpoint';

class DatabaseSequencer implements Sequencer {
  readonly #options: SequencerOptions;
  #signer: { readonly label: string; readonly signer: Signer } | undefined;
  #timer: NodeJS.Timeout | undefined;
  #round: Promise<void> = Promise.resolve();
  #stopped = false;
  #fault: unknown;

  constructor(options: SequencerOptions) {
    this.#options = options;
  }

  get #tables(): Tables {
    return this.#options.database.tables<LogTables>();
  }

  async #tree(): Promise<Tree> {
    return (await readTree(this.#tables)) ?? (await this.#makeTree());
  }

  // Of several processes that start at once one inserts its row; the keys that the others made stay unused.
  async #makeTree(): Promise<Tree> {
    const { keys, random, format, origin, logger } = this.#options;
    const keyLabel = `log-checkpoint-${toHex(random.bytes(6))}`;
    await keys.create(keyLabel, { algorithm: 'ed25519', purpose: PURPOSE });
    await insertTree(this.#tables, { origin, keyLabel, size: 0, root: format.emptyRoot(), edge: new Uint8Array(0) });
    const tree = await readTree(this.#tables);
    if (!tree) throw new LogError('log.empty');
    if (tree.keyLabel === keyLabel) logger.info({ keyLabel, origin }, 'public log created');
    return tree;
  }

  async #signerOf({ keyLabel }: Tree): Promise<Signer> {
    if (this.#signer?.label === keyLabel) return this.#signer.signer;
    const signer = await this.#options.keys.get(keyLabel, PURPOSE).catch((cause: unknown) => {
      throw new LogError('log.key_unavailable', { params: { label: keyLabel }, cause });
    });
    this.#signer = { label: keyLabel, signer };
    return signer;
  }

  async publicKey(): Promise<{ origin: string; publicKey: Uint8Array }> {
    const tree = await this.#tree();
    return { origin: tree.origin, publicKey: (await this.#signerOf(tree)).publicKey };
  }

  /** One transaction: entries leave the outbox and are in the log, or neither. Resolves to their number. */
  async #sequence(): Promise<number> {
    if (!(await anyWaiting(this.#tables))) return 0;
    const { database, format, batch = 256 } = this.#options;
    return await database.transaction<LogTables, number>(async (trx) => {
      const tree = await lockTree(trx);
      // Another process is at it.
      if (!tree) return 0;
      const waiting = await takeOutbox(trx, batch);
      if (waiting.length === 0) return 0;
      const entries = waiting.map((entry, at) => rowOf(format, entry, tree.size + at));
      const grown = format.growEdge(
        format.decodeEdge(tree.size, tree.edge),
        entries.map((entry) => entry.leaf_hash),
      );
      const { edge, subtrees } = grown;
      const next = { size: edge.size, root: format.edgeRoot(edge), edge: format.encodeEdge(edge) };
      await extendTree(trx, next, { entries, subtrees });
      return entries.length;
    });
  }

  /** Signs what is committed and not signed yet: whoever signs it, the root is the same. */
  async #sign(): Promise<void> {
    const { database, clock, format } = this.#options;
    const tree = await this.#tree();
    const newest = await readNewestCheckpoint(this.#tables);
    if (newest && newest.size >= tree.size) return;
    const { origin, size, root } = tree;
    await this.#checkMemory(tree);
    const note = await format.signCheckpoint({ origin, size, root }, await this.#signerOf(tree));
    await this.#options.memory?.write({ origin, size, root: toHex(root) });
    await insertCheckpoint(database.tables<LogTables>(), { size, root, note, signedAt: clock.now() });
  }

  // A database that was set back must not make us sign another history than the one that was published.
  async #checkMemory(tree: Tree): Promise<void> {
    const head = await this.#options.memory?.read();
    if (!head || head.origin !== tree.origin) return;
    const { database, format } = this.#options;
    if (head.size <= tree.size && (await rootAt(database, format, head.size)) === head.root) return;
    throw new LogError('log.rolled_back', { params: { signed: head.size, size: tree.size } });
  }

  async run(): Promise<number> {
    if (await isComplete(this.#tables)) return 0;
    await this.#tree();
    let total = 0;
    for (let count = await this.#sequence(); count > 0; count = await this.#sequence()) total += count;
    await this.#sign();
    return total;
  }

  async start(): Promise<void> {
    this.#stopped = false;
    await this.#tree();
    await this.#runOnce();
    this.#plan();
  }

  #plan(): void {
    if (this.#stopped) return;
    this.#timer = setTimeout(() => {
      this.#round = this.#runOnce().finally(() => this.#plan());
    }, this.#options.everyMs ?? 1_000);
    this.#timer.unref();
  }

  async #runOnce(): Promise<void> {
    try {
      await this.run();
      this.#fault = undefined;
    } catch (error) {
      this.#fault = error;
      if (!this.#stopped) this.#options.logger.error({ err: error }, 'public log was not extended; trying again');
    }
  }

  async check(): Promise<void> {
    if (this.#fault !== undefined) throw this.#fault;
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    clearTimeout(this.#timer);
    await this.#round;
    await this.#runOnce();
  }

  async status(): Promise<LogStatus> {
    const { origin, size, published, waiting, oldest } = await readFigures(this.#tables);
    return { origin: origin ?? this.#options.origin, size: size ?? 0, published: published ?? 0, waiting, oldest };
  }
}

function rowOf(format: LogFormat, { type, at, data }: Waiting, index: number): EntryRow {
  const entry = format.encodeEntry({ type, at, data });
  const data_sha256 = new Uint8Array(createHash('sha256').update(data).digest());
  return { index, type, at, data_sha256, leaf_hash: format.leafHash(entry), entry };
}

/** A sequencer of the log on `database`; it does nothing before {@link Sequencer.start} or {@link Sequencer.run}. */
export function createSequencer(options: SequencerOptions): Sequencer {
  return new DatabaseSequencer(options);
}
