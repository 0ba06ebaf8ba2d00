import { hash } from 'node:crypto';
import * as merkle from '../engines/merkle/src/index.ts';
import { createMemoryKeyStore } from '../platform/keys/src/testing.ts';
import { createPublicLog, createSequencer, migrations } from '../platform/log/src/index.ts';
import { openDatabase } from '../platform/storage/src/index.ts';
import { systemClock as clock, systemRandom as random } from '../platform/system/src/index.ts';
import { createTelemetry } from '../platform/telemetry/src/index.ts';
import type { BenchResult } from './main.ts';

const ENTRIES = 20_000;
const PASSES = 5;
const LOGGED = 10_000;
const BYTES = 1_200;

function median(values: readonly number[]): number {
  return [...values].sort((left, right) => left - right)[Math.floor(values.length / 2)] ?? 0;
}

/** CPU seconds of this process for `work`. */
async function cpuOf(work: () => unknown): Promise<number> {
  const before = process.cpuUsage();
  await work();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1e6;
}

const certificate = (index: number): Uint8Array => {
  const bytes = new Uint8Array(random.bytes(BYTES));
  bytes.set([0x30, 0x82, index >> 8, index & 255]);
  return bytes;
};

/** Entries per CPU-second into the tree, and bare SHA-256 over the same bytes: one hash for the leaf, one for the node above. */
async function measureHashing(): Promise<{ readonly rate: number; readonly limit: number }> {
  const at = clock.now();
  const entries = Array.from({ length: ENTRIES }, (_, index) =>
    merkle.encodeEntry({ type: 'pki.certificate', at, data: certificate(index) }),
  );
  const node = new Uint8Array(65);
  const rates: number[] = [];
  const limits: number[] = [];
  for (let pass = 0; pass < PASSES; pass += 1) {
    const ours = await cpuOf(() => merkle.growEdge(merkle.emptyEdge, entries.map(merkle.leafHash)));
    const bare = await cpuOf(() => {
      for (const entry of entries) {
        hash('sha256', entry, 'buffer');
        hash('sha256', node, 'buffer');
      }
    });
    rates.push(ENTRIES / ours);
    limits.push(ENTRIES / bare);
  }
  return { rate: median(rates), limit: median(limits) };
}

/** Entries per second (wall clock) through outbox, sequencer and signature, on the embedded database in memory or `url`. */
async function measureSequencer(url?: string): Promise<Record<string, number>> {
  const database = await openDatabase(url ? { url } : {});
  try {
    await database.migrate([migrations]);
    const { logger } = createTelemetry({ level: 'silent', processMetrics: false });
    const options = { database, clock, random, logger, keys: createMemoryKeyStore(), format: merkle };
    const sequencer = createSequencer({ ...options, origin: 'bench.example/log' });
    const log = createPublicLog(options);
    await sequencer.run();
    const started = performance.now();
    for (let done = 0; done < LOGGED; done += 500) {
      const batch = Array.from({ length: 500 }, (_, index) => ({
        type: 'pki.certificate' as const,
        data: certificate(done + index),
      }));
      await database.transaction((trx) => log.append(trx, ...batch));
    }
    const appended = performance.now();
    const cpu = await cpuOf(() => sequencer.run());
    const sequenced = performance.now();
    return {
      appendsPerSecond: Math.round((LOGGED * 1_000) / (appended - started)),
      sequencedPerSecond: Math.round((LOGGED * 1_000) / (sequenced - appended)),
      sequencedPerCpuSecond: Math.round(LOGGED / cpu),
    };
  } finally {
    await database.close();
  }
}

/** `rate`: entries per CPU-second hashed into the tree; `limit`: bare SHA-256 over the same bytes. */
export async function run(): Promise<BenchResult> {
  const { rate, limit } = await measureHashing();
  const embedded = await measureSequencer();
  const url = process.env.TRA_DATABASE_URL;
  const server = url ? { server: await measureSequencer(url) } : {};
  const ratio = Math.round((rate / limit) * 1_000) / 1_000;
  return {
    ...{ bench: 'log', rate: Math.round(rate), limit: Math.round(limit), ratio, entryBytes: BYTES + 60 },
    ...{ embedded, ...server },
  };
}
