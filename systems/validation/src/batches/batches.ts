import { createHash } from 'node:crypto';
import { type Clock, type Json, publicId, type Random, type Verdict } from '@tra/kernel';
import type { Jobs } from '@tra/platform-jobs';
import { type Database, jsonb } from '@tra/platform-storage';
import type { ValidationConfig } from '../config.ts';
import { ValidationError } from '../errors.ts';
import type { CaseResult, ServiceReport } from '../judge.ts';
import { findFacts, packFacts, saveFacts } from '../reports/kept-facts.ts';
import type { ReportSubject } from '../reports/maker.ts';
import type { Order } from '../submission.ts';
import { termsToJson } from '../terms.ts';
import type { DocumentVault } from './document-vault.ts';
import type { OpenBatch, Received } from './intake.ts';
import {
  type BatchRow,
  countAsked,
  countItems,
  deleteBatch,
  findBatch,
  type ItemRow,
  insertBatch,
  insertItems,
  listExpired,
  moveBatch,
  type ResultQuery,
  readResults,
  type Tables,
  type ValidationTables,
} from './store.ts';

/** Where a batch stands, for who knows its id. */
export interface BatchStatus {
  readonly id: string;
  readonly state: 'waiting' | 'running' | 'done' | 'cancelled';
  readonly total: number;
  readonly done: number;
  readonly passed: number;
  readonly failed: number;
  readonly indeterminate: number;
  /** Documents that could not be judged to the end; they are among the indeterminate ones. */
  readonly problems: number;
  readonly keep: boolean;
  readonly createdAt: string;
  readonly finishedAt?: string;
  /** When everything about it is deleted. */
  readonly expiresAt: string;
}

/** One judged document of a batch. */
export interface BatchResult {
  /** From 1, in the order in which the documents came. */
  readonly position: number;
  readonly verdict: Verdict;
  readonly report: ServiceReport;
}

/** A page of results. */
export interface ResultPage {
  readonly items: readonly BatchResult[];
  readonly next: string | null;
}

/** Batches and kept results. All but `begin`, `submit` and `keep` reject with `validation.not_found` for an id that is none. */
export interface Batches {
  /** Begins a batch. Rejects with `validation.quota_batches` or `validation.quota_documents`. */
  begin(asker: string): Promise<OpenBatch>;
  /** Lets the batch run. Rejects with `validation.quota_documents`. */
  submit(received: Extract<Received, { kind: 'batch' }>, order: Order): Promise<BatchStatus>;
  /** Keeps reports that were made at once. */
  keep(results: readonly CaseResult[], order: Order, asker: string): Promise<BatchStatus>;
  /** Removes a batch whose request was refused before it was complete. */
  abandon(id: string): Promise<void>;
  status(id: string): Promise<BatchStatus>;
  results(
    id: string,
    query: { readonly after?: string; readonly limit: number; readonly verdict?: Verdict },
  ): Promise<ResultPage>;
  /** One result with the data behind it, by its place from 1. Rejects with `validation.not_found` for one that is not there or not judged. */
  result(id: string, position: number): Promise<ReportSubject>;
  /** Stops a batch; what was judged already can still be read. */
  cancel(id: string): Promise<BatchStatus>;
  /** Removes a batch with its documents and results at once. */
  remove(id: string): Promise<void>;
  /** Removes all whose time is over; says how many. */
  sweep(): Promise<number>;
}

/** Kind of the job that judges a batch. */
export const BATCH_JOB = 'validation.batch';

const receivingMs = 2 * 3_600_000;
const runningMs = 7 * 24 * 3_600_000;
const hourMs = 3_600_000;
const dayMs = 24 * hourMs;

/** What batches stand on. */
export interface BatchParts {
  readonly config: ValidationConfig;
  readonly database: Database;
  readonly jobs: Jobs;
  readonly vault: DocumentVault;
  readonly clock: Clock;
  readonly random: Random;
}

/** The tables of this system in `database`. */
export function tablesOf(database: Database): Tables {
  return database.tables<ValidationTables>();
}

/** SHA-256 of who asks, so that quotas can be counted without keeping who it was. */
export function askerHash(asker: string): string {
  return createHash('sha256').update(asker).digest('hex');
}

/** When results that are ready now are deleted. */
export function expiryOf(config: ValidationConfig, keep: boolean, now: Date): Date {
  return new Date(now.getTime() + (keep ? config.keepDays * dayMs : config.batchHours * hourMs));
}

/** Makes {@link Batches}. */
export function createBatches(parts: BatchParts): Batches {
  const { clock, config, database, vault } = parts;
  const tables = (): Tables => tablesOf(database);
  const get = async (id: string): Promise<BatchRow> => {
    const row = await findBatch(tables(), id);
    if (!row || row.state === 'receiving') throw new ValidationError('validation.not_found', undefined);
    return row;
  };
  const status = async (id: string): Promise<BatchStatus> => statusOf(await get(id), await countItems(tables(), id));
  const remove = async (id: string): Promise<void> => {
    await moveBatch(tables(), id, {
      from: ['receiving', 'waiting', 'running'],
      to: 'cancelled',
      now: clock.now(),
      expires: clock.now(),
    });
    await vault.remove(id);
    await deleteBatch(tables(), id);
  };
  return {
    begin: (asker) => begin(parts, askerHash(asker)),
    submit: async (received, order) => {
      await submit(parts, received, order);
      return await status(received.id);
    },
    keep: async (results, order, asker) =>
      status(await keepReports(parts, { results, order, asker: askerHash(asker) })),
    abandon: remove,
    status,
    results: async (id, { after, limit, verdict }) => {
      await get(id);
      const query: ResultQuery = { after: positionOf(after), limit: limit + 1, ...(verdict ? { verdict } : {}) };
      const rows = await readResults(tables(), id, query);
      const items = rows.slice(0, limit).map(resultOf);
      return { items, next: rows.length > limit ? String(items.at(-1)?.position ?? '') : null };
    },
    result: async (id, position) => {
      await get(id);
      const [row] = await readResults(tables(), id, { after: position - 2, limit: 1 });
      if (row?.position !== position - 1) throw new ValidationError('validation.not_found', undefined);
      const facts = await findFacts(tables(), id, row.position);
      return { report: resultOf(row).report, ...(facts ? { facts } : {}) };
    },
    cancel: async (id) => {
      await get(id);
      const now = clock.now();
      const change = {
        from: ['waiting', 'running'],
        to: 'cancelled',
        now,
        expires: expiryOf(config, false, now),
      } as const;
      if (await moveBatch(tables(), id, change)) await vault.remove(id);
      return await status(id);
    },
    remove: async (id) => {
      await get(id);
      await remove(id);
    },
    sweep: async () => {
      const expired = await listExpired(tables(), clock.now());
      for (const id of expired) await remove(id);
      return expired.length;
    },
  };
}

async function begin({ clock, config, database, random, vault }: BatchParts, asker: string): Promise<OpenBatch> {
  const now = clock.now();
  const { open, documents } = await countAsked(tablesOf(database), asker, new Date(now.getTime() - dayMs));
  if (open >= config.batchesPerAsker) {
    throw new ValidationError('validation.quota_batches', undefined, { params: { limit: config.batchesPerAsker } });
  }
  if (documents >= config.documentsPerDay) throw quotaOfDocuments(config);
  const id = publicId(random);
  const key = vault.newKey();
  await insertBatch(tablesOf(database), {
    ...{ id, asker, state: 'receiving', keep: false, terms: {}, total: 0, document_key: key },
    ...{ created_at: now, finished_at: null, expires_at: new Date(now.getTime() + receivingMs) },
  });
  return { id, writer: vault.writer(id, key) };
}

function quotaOfDocuments({ documentsPerDay }: ValidationConfig): ValidationError {
  return new ValidationError('validation.quota_documents', undefined, { params: { limit: documentsPerDay } });
}

async function submit(
  { clock, config, database, jobs }: BatchParts,
  { id, items, detached }: Extract<Received, { kind: 'batch' }>,
  { keep, terms }: Order,
): Promise<void> {
  const now = clock.now();
  const row = await findBatch(tablesOf(database), id);
  const since = new Date(now.getTime() - dayMs);
  const { documents } = await countAsked(tablesOf(database), row?.asker ?? '', since);
  if (documents + items.length > config.documentsPerDay) throw quotaOfDocuments(config);
  await database.transaction<ValidationTables, void>(async (trx) => {
    await insertItems(trx, items);
    await trx
      .updateTable('validation_batches')
      .set({ keep, total: items.length, terms: jsonb(termsToJson({ terms, detached })), state: 'waiting' })
      .set({ expires_at: new Date(now.getTime() + runningMs) })
      .where('id', '=', id)
      .execute();
    await jobs.enqueue(trx, { kind: BATCH_JOB, payload: { id }, dedupeKey: id });
  });
}

interface KeptReports {
  readonly results: readonly CaseResult[];
  readonly order: Order;
  readonly asker: string;
}

async function keepReports({ clock, config, database, random }: BatchParts, kept: KeptReports): Promise<string> {
  const { results, order, asker } = kept;
  const facts = await Promise.all(results.map((result, position) => packFacts(position, result.facts)));
  const now = clock.now();
  const id = publicId(random);
  await database.transaction<ValidationTables, void>(async (trx) => {
    await insertBatch(trx, {
      ...{ id, asker, state: 'done', keep: order.keep, total: results.length, document_key: null },
      ...{ terms: termsToJson({ terms: order.terms, detached: [] }), created_at: now, finished_at: now },
      expires_at: expiryOf(config, order.keep, now),
    });
    await insertItems(
      trx,
      results.map(({ report }, position) => ({
        ...{ batch: id, position, name: report.document.name ?? null, segment: null, at_byte: null, bytes: null },
        ...{ verdict: report.verdict, problem: report.problem?.code ?? null, result: report as unknown as Json },
      })),
    );
    await saveFacts(
      trx,
      id,
      facts.flatMap((packed) => packed ?? []),
    );
  });
  return id;
}

function statusOf(row: BatchRow, counts: Awaited<ReturnType<typeof countItems>>): BatchStatus {
  const { id, state, total, keep, created_at: created, finished_at: finished, expires_at: expires } = row;
  return {
    id,
    state: state === 'receiving' ? 'waiting' : state,
    total,
    done: counts.passed + counts.failed + counts.indeterminate,
    ...counts,
    keep,
    createdAt: created.toISOString(),
    ...(finished ? { finishedAt: finished.toISOString() } : {}),
    expiresAt: expires.toISOString(),
  };
}

function resultOf({ position, verdict, result }: ItemRow): BatchResult {
  return {
    position: position + 1,
    verdict: verdict ?? 'indeterminate',
    report: result as unknown as ServiceReport,
  };
}

/** A cursor is the position of the last document of the page before. */
function positionOf(after: string | undefined): number {
  if (after === undefined) return -1;
  if (!/^\d{1,9}$/.test(after))
    throw new ValidationError('validation.field_invalid', 'after', { params: { name: 'after' } });
  return Number(after) - 1;
}
