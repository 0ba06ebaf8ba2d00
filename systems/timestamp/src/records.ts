import { toHex } from '@tra/kernel';
import { listJournals } from '@tra/platform-journal';
import type { SystemContext } from '@tra/platform-system';
import { auditChains, type ChainAudit } from '@tra/timestamp';
import { sealAbandoned } from './abandoned-chains.ts';
import type { TimestampConfig } from './config.ts';
import { TimestampSystemError } from './errors.ts';
import { noRecords, type RecordLog } from './record-log.ts';
import { createSealer, nodeOf, type Sealer, sealLeftovers } from './sealing.ts';
import { createSegmentLog, SEGMENT_SUFFIX } from './segment-log.ts';
import type { TimestampStore } from './store.ts';
import { createTokenLog, type TokenLogReport, verifyTokenLog } from './token-log.ts';

/** What was recorded, recomputed and held against the seals. */
export interface RecordReport extends TokenLogReport {
  /** Of the files of this node, when there are any. */
  readonly files?: ChainAudit;
}

/** The record of tokens as the configuration wants it kept. */
export interface Records {
  readonly log: RecordLog;
  /** Once, before the first token. */
  start(): Promise<void>;
  /** Seals what is on disk and not sealed yet, of this run and of runs that were killed. */
  seal(): Promise<void>;
  verify(): Promise<RecordReport>;
}

/** Input of {@link createRecords}. */
export interface RecordsOptions {
  readonly context: SystemContext<TimestampConfig>;
  readonly store: TimestampStore;
  /** Folder of this node for files of records. */
  readonly folder?: string | undefined;
  /** Without a database: nothing is sealed here. */
  readonly standalone?: boolean;
}

/** Makes the record. Throws `timestamp.config_invalid` when it cannot be kept where it is to be. */
export function createRecords({ context, store, folder, standalone = false }: RecordsOptions): Records {
  const { config, server } = context;
  if (config.records === 'none') return withoutRecords(context);
  if (config.records === 'database') {
    if (!standalone) return databaseRecords(context, store);
    throw new TimestampSystemError('timestamp.config_invalid', { params: { key: 'records', reason: 'database' } });
  }
  if (!folder)
    throw new TimestampSystemError('timestamp.config_invalid', {
      params: { key: 'records', reason: server.environment },
    });
  return standalone ? standaloneRecords(context, folder) : fileRecords({ context, store, folder });
}

function withoutRecords({ server, logger }: RecordsOptions['context']): Records {
  if (server.environment === 'production')
    throw new TimestampSystemError('timestamp.config_invalid', { params: { key: 'records', reason: 'production' } });
  logger.warn({}, 'time-stamps are not recorded');
  const nothing = async (): Promise<void> => undefined;
  return { log: noRecords, start: nothing, seal: nothing, verify: async () => ({ records: 0, unsealed: 0 }) };
}

function databaseRecords(context: RecordsOptions['context'], store: TimestampStore): Records {
  const log = createTokenLog(store, context);
  const sealer = createSealer({ context, store, kind: 'database', node: '' });
  return {
    log,
    start: async () => undefined,
    seal: async () => {
      await sealDurable(log, sealer);
      await sealAbandoned({ context, store, sealer, own: log.durable()?.chain, quietMs: quietMsOf(context.config) });
    },
    verify: () => verifyAll(store),
  };
}

/** A process seals its records every `sealSeconds`: whose records are three times as old and not sealed is gone. */
function quietMsOf({ sealSeconds }: TimestampConfig): number {
  return 3 * sealSeconds * 1000;
}

async function sealDurable(log: RecordLog, sealer: Sealer): Promise<void> {
  const position = log.durable();
  if (position) await sealer.seal(position);
}

async function verifyAll(store: TimestampStore): Promise<TokenLogReport> {
  return verifyTokenLog(store, await store.listSeals('database', ''));
}

/** Files of this node that nobody seals here: somebody with a database may do so over a copy of them. */
function standaloneRecords({ config, random }: RecordsOptions['context'], folder: string): Records {
  const nothing = async (): Promise<void> => undefined;
  return {
    log: createSegmentLog({ folder, random, segmentBytes: config.segmentMegabytes * 1024 * 1024, opened: nothing }),
    start: async () => {
      await nodeOf(folder, random);
    },
    seal: nothing,
    verify: async () => {
      const files = await auditChains(segmentsIn(folder), []);
      return { records: 0, unsealed: 0, files };
    },
  };
}

async function* segmentsIn(folder: string): AsyncGenerator<Uint8Array> {
  for (const file of await listJournals(folder, SEGMENT_SUFFIX)) yield await file.read();
}

function fileRecords({ context, store, folder }: RecordsOptions & { folder: string }): Records {
  const { config, random, clock } = context;
  const done = new Set<string>();
  let node = '';
  const sealer = (): Sealer => createSealer({ context, store, kind: 'file', node });
  const databaseSealer = createSealer({ context, store, kind: 'database', node: '' });
  const log = createSegmentLog({
    ...{ folder, random },
    segmentBytes: config.segmentMegabytes * 1024 * 1024,
    opened: (position) => sealer().seal(position),
  });
  return {
    log,
    start: async () => {
      node = await nodeOf(folder, random);
    },
    seal: async () => {
      await sealDurable(log, sealer());
      const quietMs = quietMsOf(config);
      // Chains of runs that kept their records in the database.
      await sealAbandoned({ context, store, sealer: databaseSealer, own: undefined, quietMs });
      await sealLeftovers(sealer(), { folder, own: log.durable()?.chain, quietMs, now: clock.now(), done });
    },
    verify: async () => {
      const seals = (await store.listSeals('file', node)).map((seal) => ({ ...seal, head: toHex(seal.head) }));
      return { ...(await verifyAll(store)), files: await auditChains(segmentsIn(folder), seals) };
    },
  };
}
