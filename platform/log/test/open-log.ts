import { randomBytes } from 'node:crypto';
import * as merkle from '@tra/merkle';
import { createMemoryKeyStore } from '@tra/platform-keys/testing';
import type { Database } from '@tra/platform-storage';
import { createTelemetry } from '@tra/platform-telemetry';
import {
  createLogReader,
  createPublicLog,
  createSequencer,
  type LogReader,
  type PublicLog,
  type Sequencer,
  type SequencerOptions,
} from '../src/index.ts';

export const clock = { now: () => new Date() };
export const random = { bytes: (length: number) => new Uint8Array(randomBytes(length)) };
const { logger } = createTelemetry({ level: 'silent', processMetrics: false });

/** One node of the product with the log on `database`. */
export interface Node {
  readonly log: PublicLog;
  readonly reader: LogReader;
  readonly sequencer: Sequencer;
  /** Audits all that is published, with the earlier checkpoints that are given. */
  audit(...since: string[]): Promise<merkle.LogAudit>;
  trust(): Promise<merkle.CheckpointTrust>;
}

export function openNode(database: Database, options: Partial<SequencerOptions> = {}): Node {
  const format = merkle;
  const keys = options.keys ?? createMemoryKeyStore();
  const base = { database, clock, random, logger, keys, format, origin: 'log.test/main', everyMs: 20 };
  const sequencer = createSequencer({ ...base, ...options });
  const log = createPublicLog({ database, clock, format });
  const reader = createLogReader({ database, format });
  const trust = async (): Promise<merkle.CheckpointTrust> => {
    const { origin, publicKey } = await sequencer.publicKey();
    return { log: [merkle.noteKeyFromSpki(origin, 'ed25519', publicKey)] };
  };
  const audit = async (...since: string[]): Promise<merkle.LogAudit> => {
    const known = await trust();
    const open = (note: string): merkle.Checkpoint => merkle.openCheckpoint(note, known).checkpoint;
    const read = async (tile: merkle.TileAddress): Promise<Uint8Array> => {
      const bytes = await reader.tile(tile);
      if (!bytes) throw new Error('missing');
      return bytes;
    };
    return await merkle.auditLog({ head: open(await log.checkpoint()), since: since.map(open), read });
  };
  return { log, reader, sequencer, audit, trust };
}
