import type { Json } from '@tra/kernel';
import { jsonb, type Kysely, sql } from '@tra/platform-storage';

/** Where enqueued jobs are announced. */
export const CHANNEL = 'tra_jobs';

interface QueueRow {
  readonly id: string;
  readonly seq: number;
  readonly kind: string;
  readonly payload: Json;
  readonly state: 'waiting' | 'running' | 'dead';
  readonly run_at: Date;
  readonly attempt: number;
  readonly last_error: string | null;
  readonly created_at: Date;
}

/** Tables of this package. */
export interface JobsTables {
  jobs_queue: QueueRow & {
    readonly dedupe_key: string | null;
    readonly order_key: string | null;
    readonly leased_until: Date | null;
    readonly leased_by: string | null;
  };
  jobs_schedules: { name: string; every_ms: number; next_at: Date };
  jobs_subscriptions: { type: string; name: string };
}

/** A database or a transaction in it. */
export type Tables = Kysely<JobsTables>;

/** A job that is to be added. */
export interface NewJob {
  readonly id: string;
  readonly kind: string;
  readonly payload: Json;
  readonly runAt: Date;
  readonly now: Date;
  readonly dedupeKey?: string | undefined;
  readonly orderKey?: string | undefined;
}

/** A job that this process holds for a while. */
export interface ClaimedJob {
  readonly id: string;
  readonly seq: number;
  readonly kind: string;
  readonly payload: Json;
  readonly attempt: number;
}

/** A job that failed too often and waits for a person. */
export interface DeadJob extends ClaimedJob {
  /** Code or name of the last error. */
  readonly lastError: string;
  readonly createdAt: Date;
}

/** Adds a job and announces it on commit. Resolves to its id, or to that of the waiting job with the same dedupe key. */
export async function insertJob(trx: Tables, job: NewJob): Promise<string> {
  const { rows } = await sql<{ id: string }>`
    WITH job AS (
      INSERT INTO jobs_queue (id, kind, payload, run_at, dedupe_key, order_key, created_at)
      VALUES (${job.id}, ${job.kind}, ${jsonb(job.payload)}, ${job.runAt}, ${job.dedupeKey ?? null},
        ${job.orderKey ?? null}, ${job.now})
      ON CONFLICT (kind, dedupe_key) WHERE state = 'waiting' AND dedupe_key IS NOT NULL
        DO UPDATE SET run_at = least(jobs_queue.run_at, excluded.run_at)
      RETURNING id
    )
    SELECT id, pg_notify(${CHANNEL}, ${job.kind}) FROM job`.execute(trx);
  return rows[0]?.id ?? job.id;
}

const due = (now: Date) => sql<boolean>`
  (q.state = 'waiting' AND q.run_at <= ${now} OR q.state = 'running' AND q.leased_until < ${now})
  AND (q.order_key IS NULL OR NOT EXISTS (
    SELECT FROM jobs_queue e WHERE e.kind = q.kind AND e.order_key = q.order_key AND e.seq < q.seq AND e.state <> 'dead'))`;

/** Those of `kinds` of which at least one job is due. */
export async function dueKinds(database: Tables, kinds: readonly string[], now: Date): Promise<string[]> {
  if (kinds.length === 0) return [];
  const { rows } = await sql<{ kind: string }>`
    SELECT kind FROM unnest(${[...kinds]}::text[]) AS k (kind)
    WHERE EXISTS (SELECT FROM jobs_queue q WHERE q.kind = k.kind AND ${due(now)})`.execute(database);
  return rows.map(({ kind }) => kind);
}

/** When the next job of `kinds` may run that waits for its time; null when none does. */
export async function nextRun(database: Tables, kinds: readonly string[]): Promise<Date | null> {
  const { rows } = await sql<{ at: Date | null }>`
    SELECT min(q.run_at) AS at FROM unnest(${[...kinds]}::text[]) AS k (kind), LATERAL (
      SELECT run_at FROM jobs_queue WHERE kind = k.kind AND state = 'waiting' ORDER BY run_at LIMIT 1) AS q`.execute(
    database,
  );
  return rows[0]?.at ?? null;
}

/** Which jobs to claim, for whom and until when. */
export interface Claim {
  readonly kind: string;
  readonly limit: number;
  readonly now: Date;
  readonly until: Date;
  readonly worker: string;
}

/** Takes due jobs of one kind, oldest first; what another process is just taking is left to it. */
export async function claimJobs(database: Tables, claim: Claim): Promise<ClaimedJob[]> {
  const { rows } = await sql<ClaimedJob>`
    UPDATE jobs_queue SET state = 'running', attempt = attempt + 1, dedupe_key = NULL,
      leased_until = ${claim.until}, leased_by = ${claim.worker}
    WHERE id IN (
      SELECT q.id FROM jobs_queue q WHERE q.kind = ${claim.kind} AND ${due(claim.now)}
      ORDER BY q.run_at, q.seq LIMIT ${claim.limit} FOR UPDATE SKIP LOCKED)
    RETURNING id, seq, kind, payload, attempt`.execute(database);
  return rows.sort((left, right) => left.seq - right.seq);
}

/** Identifies one run of one job: a later run of the same job must not be touched by an earlier one. */
export interface Run {
  readonly job: ClaimedJob;
  readonly worker: string;
}

const held = ({ job, worker }: Run) =>
  sql`id = ${job.id} AND state = 'running' AND leased_by = ${worker} AND attempt = ${job.attempt}`;

/** Removes a job that was done. */
export async function finishJob(database: Tables, run: Run): Promise<void> {
  await sql`DELETE FROM jobs_queue WHERE ${held(run)}`.execute(database);
}

/** Puts a failed job back until `runAt`. */
export async function retryJob(database: Tables, run: Run, next: { runAt: Date; error: string }): Promise<void> {
  await sql`UPDATE jobs_queue SET state = 'waiting', run_at = ${next.runAt}, last_error = ${next.error},
    leased_until = NULL, leased_by = NULL WHERE ${held(run)}`.execute(database);
}

/** Gives back a job that was interrupted by the end of the process; the attempt does not count. */
export async function returnJob(database: Tables, run: Run): Promise<void> {
  await sql`UPDATE jobs_queue SET state = 'waiting', attempt = attempt - 1, leased_until = NULL, leased_by = NULL
    WHERE ${held(run)}`.execute(database);
}

/** Lays a job aside that failed too often. */
export async function buryJob(database: Tables, run: Run, error: string): Promise<void> {
  await sql`UPDATE jobs_queue SET state = 'dead', last_error = ${error}, leased_until = NULL, leased_by = NULL
    WHERE ${held(run)}`.execute(database);
}

/** Up to `limit` dead jobs, oldest first. */
export async function readDead(database: Tables, limit: number): Promise<DeadJob[]> {
  const { rows } = await sql<DeadJob>`
    SELECT id, seq, kind, payload, attempt, coalesce(last_error, '') AS "lastError", created_at AS "createdAt"
    FROM jobs_queue WHERE state = 'dead' ORDER BY seq LIMIT ${limit}`.execute(database);
  return rows;
}

/** Lets a dead job run again from its first attempt. Resolves to whether there was one. */
export async function reviveJob(database: Tables, id: string, now: Date): Promise<boolean> {
  const { rows } = await sql`
    WITH job AS (
      UPDATE jobs_queue SET state = 'waiting', attempt = 0, run_at = ${now} WHERE id = ${id} AND state = 'dead' RETURNING kind
    )
    SELECT pg_notify(${CHANNEL}, kind) FROM job`.execute(database);
  return rows.length === 1;
}
