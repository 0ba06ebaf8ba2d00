import type { Clock, Random } from '@tra/kernel';
import type { Database } from '@tra/platform-storage';
import type { Counter, Histogram, Logger, Metrics } from '@tra/platform-telemetry';
import {
  buryJob,
  type ClaimedJob,
  claimJobs,
  dueKinds,
  finishJob,
  type JobsTables,
  type Run,
  retryJob,
  returnJob,
  type Tables,
} from './queue-store.ts';
import { backOff, type JobDefinition, nameError, type Outcome, runWithin } from './run-job.ts';

const LEASE_GRACE_MS = 15_000;
const DEFAULTS = { maxAttempts: 8, concurrency: 4, timeoutMs: 60_000 } as const;

/** What the worker stands on. */
export interface WorkerOptions {
  readonly database: Database;
  readonly clock: Clock;
  readonly random: Random;
  readonly logger: Logger;
  readonly metrics?: Metrics | undefined;
  /** Identifies this process among those that claim jobs. */
  readonly worker: string;
}

/** Claims due jobs and runs them, so many of each kind at a time as its definition allows. */
export class Worker {
  readonly #options: WorkerOptions;
  readonly #definitions = new Map<string, Required<JobDefinition>>();
  readonly #running = new Map<Promise<void>, string>();
  readonly #stopping = new AbortController();
  readonly #finished: Counter | undefined;
  readonly #seconds: Histogram | undefined;

  constructor(options: WorkerOptions) {
    this.#options = options;
    this.#finished = options.metrics?.counter({
      name: 'tra_jobs_finished_total',
      help: 'Runs of jobs by kind and outcome.',
      labels: ['kind', 'outcome'],
    });
    this.#seconds = options.metrics?.histogram({
      name: 'tra_job_seconds',
      help: 'Duration of one run of a job.',
      labels: ['kind'],
    });
  }

  get #tables(): Tables {
    return this.#options.database.tables<JobsTables>();
  }

  get kinds(): string[] {
    return [...this.#definitions.keys()];
  }

  /** Runs that have not ended. */
  get running(): Promise<void>[] {
    return [...this.#running.keys()];
  }

  has(kind: string): boolean {
    return this.#definitions.has(kind);
  }

  register(definition: JobDefinition): void {
    this.#definitions.set(definition.kind, { ...DEFAULTS, ...definition });
  }

  /** Claims what is due and there is room for, and starts it. Resolves to the number of jobs that were started. */
  async claim(): Promise<number> {
    const free = this.kinds.filter((kind) => this.#roomFor(kind) > 0);
    const kinds = await dueKinds(this.#tables, free, this.#options.clock.now());
    let started = 0;
    for (const kind of kinds) started += await this.#claimKind(kind);
    return started;
  }

  #roomFor(kind: string): number {
    const busy = [...this.#running.values()].filter((running) => running === kind).length;
    return (this.#definitions.get(kind)?.concurrency ?? 0) - busy;
  }

  async #claimKind(kind: string): Promise<number> {
    const definition = this.#definitions.get(kind);
    const limit = this.#roomFor(kind);
    if (!definition || limit <= 0) return 0;
    const { clock, worker } = this.#options;
    const now = clock.now();
    const until = new Date(now.getTime() + definition.timeoutMs + LEASE_GRACE_MS);
    const jobs = await claimJobs(this.#tables, { kind, limit, now, until, worker });
    for (const job of jobs) this.#start(definition, job);
    return jobs.length;
  }

  #start(definition: Required<JobDefinition>, job: ClaimedJob): void {
    const run = this.#run(definition, job).catch((error: unknown) => {
      // The database did not take the outcome: the lease runs out and the job runs again.
      this.#options.logger.error({ err: error, kind: job.kind, job: job.id }, 'outcome of a job was not stored');
    });
    this.#running.set(run, job.kind);
    void run.finally(() => this.#running.delete(run));
  }

  async #run(definition: Required<JobDefinition>, job: ClaimedJob): Promise<void> {
    const run: Run = { job, worker: this.#options.worker };
    if (job.attempt > definition.maxAttempts) {
      // Every allowed run ended with the process itself: running it again would only repeat that.
      return await buryJob(this.#tables, run, 'lease_expired');
    }
    const logger = this.#options.logger.child({ kind: job.kind, job: job.id, attempt: job.attempt });
    const stopTimer = this.#seconds?.startTimer({ kind: job.kind });
    const outcome = await runWithin(
      (signal) => definition.handle(job.payload, { attempt: job.attempt, signal, logger }),
      definition.timeoutMs,
      this.#stopping.signal,
    );
    stopTimer?.();
    this.#finished?.inc({ kind: job.kind, outcome: outcome.kind });
    await this.#store(definition, run, outcome, logger);
  }

  async #store(definition: Required<JobDefinition>, run: Run, outcome: Outcome, logger: Logger): Promise<void> {
    if (outcome.kind === 'done') return await finishJob(this.#tables, run);
    if (outcome.kind === 'interrupted') return await returnJob(this.#tables, run);
    const error = nameError(outcome.error);
    if (run.job.attempt >= definition.maxAttempts) {
      logger.error({ err: outcome.error }, 'job failed for the last time and is laid aside');
      return await buryJob(this.#tables, run, error);
    }
    const wait = backOff(run.job.attempt, this.#options.random.bytes(1)[0] ?? 0);
    logger.warn({ err: outcome.error, retryInMs: wait }, 'job failed and will be tried again');
    const runAt = new Date(this.#options.clock.now().getTime() + wait);
    await retryJob(this.#tables, run, { runAt, error });
  }

  /** Tells all handlers to break off. */
  abort(): void {
    this.#stopping.abort();
  }
}
