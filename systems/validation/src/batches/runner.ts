import { randomUUID } from 'node:crypto';
import type { Clock, Json } from '@tra/kernel';
import type { Jobs } from '@tra/platform-jobs';
import type { Database } from '@tra/platform-storage';
import type { ValidationConfig } from '../config.ts';
import { ValidationError } from '../errors.ts';
import type { CaseResult, Judge, ServiceReport, Standing } from '../judge.ts';
import { packFacts } from '../reports/kept-facts.ts';
import type { DetachedPart } from '../submission.ts';
import { type StoredTerms, termsFromJson } from '../terms.ts';
import { BATCH_JOB, expiryOf, tablesOf } from './batches.ts';
import type { DocumentVault } from './document-vault.ts';
import {
  type BatchRow,
  findBatch,
  type ItemResult,
  type ItemRow,
  leaseBatch,
  moveBatch,
  saveResults,
  takeItems,
  type ValidationTables,
} from './store.ts';

/** What running batches stands on. */
export interface RunnerParts {
  readonly config: ValidationConfig;
  readonly database: Database;
  readonly jobs: Jobs;
  readonly vault: DocumentVault;
  readonly judge: Judge;
  readonly clock: Clock;
  /** Documents judged side by side. */
  readonly width: number;
  /** Hears of each report. */
  readonly judged: (report: ServiceReport) => void;
}

const leaseMs = 20_000;
const sliceMs = 10_000;
const chunk = 32;
const maximumAttempts = 3;

/**
 * Judges batches in slices of some seconds, so that a job never runs long and batches take turns. Progress is in the rows: a process that dies is
 * followed by another as soon as its lease is over, and a document that killed the process three times is given up by name.
 */
export function createRunner(
  parts: RunnerParts,
): (payload: { readonly id: string }, signal: AbortSignal) => Promise<void> {
  const worker = randomUUID();
  return async ({ id }, signal) => {
    const { clock, database } = parts;
    const tables = tablesOf(database);
    const lease = (): Promise<boolean> => {
      const now = clock.now();
      return leaseBatch(tables, id, { worker, now, until: new Date(now.getTime() + leaseMs) });
    };
    if (!(await lease())) return await waitForOther(parts, id);
    const row = await findBatch(tables, id);
    if (!row?.document_key) return;
    const slice = await openSlice(parts, row, row.document_key);
    const end = clock.now().getTime() + sliceMs;
    for (;;) {
      const items = await takeItems(tables, id, Math.max(chunk, parts.width));
      if (items.length === 0) return await finish(parts, row);
      const results = await slice.judge(items);
      if (!(await lease())) return;
      await database.transaction<ValidationTables, void>((trx) => saveResults(trx, id, results));
      if (signal.aborted || clock.now().getTime() >= end)
        return await continueLater(parts, id, { runAt: clock.now(), worker });
    }
  };
}

/** Another process works on it, or it is over: in the first case somebody must look again when that lease ends. */
async function waitForOther(parts: RunnerParts, id: string): Promise<void> {
  const row = await findBatch(tablesOf(parts.database), id);
  if (row?.state === 'running' && row.leased_until) await continueLater(parts, id, { runAt: row.leased_until });
}

/** Gives the lease back, so that any process can go on, and lets one do so. */
async function continueLater(
  { database, jobs }: RunnerParts,
  id: string,
  { runAt, worker }: { readonly runAt: Date; readonly worker?: string },
): Promise<void> {
  await database.transaction<ValidationTables, void>(async (trx) => {
    const held = trx.updateTable('validation_batches').set({ leased_by: null }).where('id', '=', id);
    if (worker !== undefined) await held.where('leased_by', '=', worker).execute();
    await jobs.enqueue(trx, { kind: BATCH_JOB, payload: { id }, dedupeKey: id, runAt });
  });
}

async function finish({ clock, config, database, vault }: RunnerParts, { id, keep }: BatchRow): Promise<void> {
  const now = clock.now();
  const change = { from: ['running'], to: 'done', now, expires: expiryOf(config, keep, now) } as const;
  await moveBatch(tablesOf(database), id, change);
  await vault.remove(id);
}

interface Slice {
  judge(items: readonly ItemRow[]): Promise<readonly ItemResult[]>;
}

async function openSlice(parts: RunnerParts, row: BatchRow, key: Uint8Array): Promise<Slice> {
  const { clock, judge, vault, width } = parts;
  const stored: StoredTerms = termsFromJson(row.terms);
  const standing: Standing = await judge.standing(stored.terms.at ?? clock.now());
  let held: { readonly segment: number; readonly bytes: Uint8Array } | undefined;
  const segmentBytes = async (segment: number): Promise<Uint8Array> => {
    if (held?.segment !== segment) held = { segment, bytes: await vault.read(row.id, segment, key) };
    return held.bytes;
  };
  const cut = async ({
    segment,
    at_byte: at,
    bytes,
  }: Pick<ItemRow, 'segment' | 'at_byte' | 'bytes'>): Promise<Uint8Array> =>
    (await segmentBytes(segment ?? 0)).slice(at ?? 0, (at ?? 0) + (bytes ?? 0));
  const detached: DetachedPart[] = [];
  for (const { name, place, digests } of stored.detached) {
    if (place) detached.push({ name, bytes: await cut(place) });
    else if (digests) detached.push({ name, digests: bytesOf(digests) });
  }
  const judgeItem = async (item: ItemRow): Promise<ItemResult> => {
    const file = { bytes: await cut(item), ...(item.name === null ? {} : { name: item.name }) };
    const common = { file, detached, terms: stored.terms, standing, asker: row.asker } as const;
    const given = { ...common, urgency: 'later', wantFacts: true } as const;
    const judged: CaseResult =
      item.attempts > maximumAttempts
        ? { report: await judge.giveUp(given, new ValidationError('validation.document_failed', undefined)) }
        : await judge.judge(given);
    const { report } = judged;
    parts.judged(report);
    const { verdict, problem } = report;
    const facts = await packFacts(item.position, judged.facts);
    return {
      ...{ position: item.position, verdict, problem: problem?.code ?? null, result: report as unknown as Json },
      ...(facts ? { facts } : {}),
    };
  };
  return { judge: (items) => mapWidth(items, width, judgeItem) };
}

function bytesOf(digests: Readonly<Record<string, string>>): Readonly<Record<string, Uint8Array>> {
  return Object.fromEntries(
    Object.entries(digests).map(([name, hex]) => [name, new Uint8Array(Buffer.from(hex, 'hex'))]),
  );
}

/** Does `work` for every item, `width` at a time, results in the order of the items. */
async function mapWidth<T, R>(
  items: readonly T[],
  width: number,
  work: (item: T) => Promise<R>,
): Promise<readonly R[]> {
  const results: R[] = [];
  let next = 0;
  const lane = async (): Promise<void> => {
    for (let index = next++; index < items.length; index = next++) results[index] = await work(items[index] as T);
  };
  await Promise.all(Array.from({ length: Math.min(width, items.length) }, lane));
  return results;
}
