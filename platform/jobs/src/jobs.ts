import { type Clock, type Json, type Random, uuidv7 } from '@tra/kernel';
import type { Database, Kysely } from '@tra/platform-storage';
import type { Logger, Metrics } from '@tra/platform-telemetry';
import { checkName, checkPayload } from './checks.ts';
import { type CloudEvent, createEvent, type NewEvent } from './cloud-event.ts';
import { JobsError } from './errors.ts';
import { readSubscribers, type Subscription, saveSubscriptions } from './event-store.ts';
import { untilNextDue } from './next-due.ts';
import { CHANNEL, type DeadJob, insertJob, type JobsTables, readDead, reviveJob, type Tables } from './queue-store.ts';
import type { JobDefinition } from './run-job.ts';
import { anyScheduleDue, saveSchedule, takeDueSchedules } from './schedule-store.ts';
import { Worker } from './worker.ts';

/** A job for the queue. */
export interface JobRequest {
  readonly kind: string;
  readonly payload: Json;
  /** Not before this instant; at once unless told. */
  readonly runAt?: Date;
  /** While a job of this kind with the same key has not begun, no second one is added. */
  readonly dedupeKey?: string;
}

/** Something that is to be done again and again. */
export interface Schedule {
  readonly name: string;
  /** Milliseconds between two times, at least 1,000. */
  readonly everyMs: number;
  readonly kind: string;
  readonly payload: Json;
}

/** The queue, the schedules and the events of the product. */
export interface Jobs {
  /** Adds a job in the caller's transaction: it runs if and only if that commits. Resolves to the job's id. */
  enqueue<T>(trx: Kysely<T>, job: JobRequest): Promise<string>;
  /** Says how jobs of one kind are done in this process. Throws `jobs.already_registered`. */
  register<P = Json>(definition: JobDefinition<P>): void;
  /** Enqueues a job every so often, once across all processes; the first time at once. */
  schedule(schedule: Schedule): void;
  /** Publishes a fact in the caller's transaction to all who have subscribed. */
  publish<T>(trx: Kysely<T>, event: NewEvent): Promise<void>;
  /**
   * Hears of facts of one type, each at least once and, about one subject, in order. `name` stays the same over restarts: it
   * says who has heard. Facts from before the first {@link start} with this subscription are not delivered.
   */
  subscribe(type: string, name: string, handler: (event: CloudEvent) => Promise<void>): void;
  /** Begins to run jobs. */
  start(): Promise<void>;
  /** Takes no more jobs, gives running ones `graceMs` (10,000 unless told) to end, then tells them to break off. */
  stop(graceMs?: number): Promise<void>;
  /** Runs jobs until none is due, for tests and the demo; needs no {@link start}. */
  idle(): Promise<void>;
  /** Jobs that failed too often, oldest first, at most `limit` (100 unless told). */
  dead(limit?: number): Promise<readonly DeadJob[]>;
  /** Lets a dead job run again. Throws `jobs.not_dead`. */
  revive(id: string): Promise<void>;
}

/** What the queue stands on. */
export interface JobsOptions {
  readonly database: Database;
  readonly clock: Clock;
  readonly random: Random;
  readonly logger: Logger;
  readonly metrics?: Metrics;
  /**
   * Longest time in milliseconds until a due job is noticed when no notification arrives, 1,000 unless told. An embedded database has no other
   * writer and loses no notification: there it is asked ten times less often while nothing is to be done, and when the next job is due.
   */
  readonly pollMs?: number;
  /** `source` of published events (a URI reference), `tra` unless told. */
  readonly source?: string;
}

const eventKind = (name: string): string => `event:${name}`;
const SETTLE_MS = 1_000;
const POLL_MS = 1_000;
/** How many polls one pause of an embedded database with nothing to do may take. */
const IDLE_POLLS = 10;

class DatabaseJobs implements Jobs {
  readonly #options: JobsOptions;
  readonly #worker: Worker;
  readonly #schedules = new Map<string, Schedule>();
  readonly #subscribers = new Map<string, Map<string, (event: CloudEvent) => Promise<void>>>();
  #unsaved: (() => Promise<void>)[] = [];
  #started = false;
  #stopped = false;
  #loop: Promise<void> | undefined;
  #unlisten: (() => Promise<void>) | undefined;
  #woken = false;
  #wake: () => void = () => {};

  constructor(options: JobsOptions) {
    this.#options = options;
    this.#worker = new Worker({ ...options, metrics: options.metrics, worker: this.#newId() });
  }

  #newId(): string {
    return uuidv7(this.#options.clock, this.#options.random);
  }

  get #tables(): Tables {
    return this.#options.database.tables<JobsTables>();
  }

  async enqueue<T>(trx: Kysely<T>, job: JobRequest): Promise<string> {
    return await this.#insert(trx as unknown as Tables, { ...job, kind: checkName(job.kind) });
  }

  async #insert(trx: Tables, job: JobRequest & { readonly orderKey?: string }): Promise<string> {
    const now = this.#options.clock.now();
    return await insertJob(trx, {
      id: this.#newId(),
      kind: job.kind,
      payload: checkPayload(job.payload),
      runAt: job.runAt ?? now,
      now,
      dedupeKey: job.dedupeKey,
      orderKey: job.orderKey,
    });
  }

  register<P = Json>(definition: JobDefinition<P>): void {
    const { kind } = definition;
    if (this.#worker.has(checkName(kind))) throw new JobsError('jobs.already_registered', { params: { name: kind } });
    this.#worker.register(definition as unknown as JobDefinition);
    this.#wakeUp();
  }

  schedule(schedule: Schedule): void {
    const { name, everyMs } = schedule;
    checkName(schedule.kind);
    if (this.#schedules.has(checkName(name))) throw new JobsError('jobs.already_registered', { params: { name } });
    if (!Number.isSafeInteger(everyMs) || everyMs < 1_000) {
      throw new JobsError('jobs.schedule_invalid', { params: { name } });
    }
    checkPayload(schedule.payload);
    this.#schedules.set(name, schedule);
    this.#save(() => saveSchedule(this.#tables, name, everyMs, this.#options.clock.now()));
  }

  async publish<T>(trx: Kysely<T>, event: NewEvent): Promise<void> {
    const { clock, source = 'tra' } = this.#options;
    const tables = trx as unknown as Tables;
    const message = createEvent(event, { id: this.#newId(), source, time: clock.now() });
    const payload = checkPayload(message as unknown as Json);
    const here = [...this.#subscribers].filter(([, types]) => types.has(event.type)).map(([name]) => name);
    const names = new Set([...here, ...(await readSubscribers(tables, event.type))]);
    for (const name of names) {
      await this.#insert(tables, { kind: eventKind(name), payload, orderKey: event.subject });
    }
  }

  subscribe(type: string, name: string, handler: (event: CloudEvent) => Promise<void>): void {
    const subscription: Subscription = { type: checkName(type), name: checkName(name) };
    const types = this.#subscribers.get(name) ?? new Map();
    if (types.has(type)) throw new JobsError('jobs.already_registered', { params: { name: `${type} ${name}` } });
    this.#subscribers.set(name, types.set(type, handler));
    if (!this.#worker.has(eventKind(name))) {
      this.#worker.register({ kind: eventKind(name), handle: (payload) => this.#deliver(name, payload) });
    }
    this.#save(() => saveSubscriptions(this.#tables, [subscription]));
  }

  async #deliver(name: string, payload: Json): Promise<void> {
    const event = payload as unknown as CloudEvent;
    const handler = this.#subscribers.get(name)?.get(event.type);
    // Another version of the product subscribed under this name: its process will take the event when it tries again.
    if (!handler) throw new JobsError('jobs.event_invalid', { params: { type: event.type } });
    await handler(event);
  }

  // Registrations are plain calls; what they store waits for the next round.
  #save(save: () => Promise<void>): void {
    this.#unsaved.push(save);
    this.#wakeUp();
  }

  async #saveAll(): Promise<void> {
    while (this.#unsaved[0]) {
      await this.#unsaved[0]();
      this.#unsaved.shift();
    }
  }

  async #fireSchedules(): Promise<void> {
    const names = [...this.#schedules.keys()];
    const now = this.#options.clock.now();
    if (!(await anyScheduleDue(this.#tables, names, now))) return;
    await this.#options.database.transaction<JobsTables, void>(async (trx) => {
      for (const name of await takeDueSchedules(trx, names, now)) {
        const schedule = this.#schedules.get(name);
        if (!schedule) continue;
        const { kind, payload } = schedule;
        await this.#insert(trx, { kind, payload, dedupeKey: `schedule:${name}` });
      }
    });
  }

  async #round(): Promise<number> {
    await this.#saveAll();
    await this.#fireSchedules();
    return await this.#worker.claim();
  }

  async start(): Promise<void> {
    if (this.#started) return;
    this.#started = true;
    await this.#saveAll();
    this.#unlisten = await this.#options.database.listen(CHANNEL, () => this.#wakeUp());
    this.#loop = this.#runLoop();
  }

  #wakeUp(): void {
    this.#woken = true;
    this.#wake();
  }

  async #runLoop(): Promise<void> {
    while (!this.#stopped) {
      this.#woken = false;
      let pauseMs = this.#pollMs;
      try {
        await this.#round();
        pauseMs = await this.#restMs();
      } catch (error) {
        if (!this.#stopped) this.#options.logger.error({ err: error }, 'jobs cannot be read; trying again');
      }
      await this.#pause(pauseMs);
    }
  }

  get #pollMs(): number {
    return this.#options.pollMs ?? POLL_MS;
  }

  // How long nobody has to look.
  async #restMs(): Promise<number> {
    const { clock, database } = this.#options;
    const pollMs = this.#pollMs;
    if (this.#woken || this.#worker.running.length > 0 || database.dialect !== 'embedded') return pollMs;
    const duties = { schedules: [...this.#schedules.keys()], kinds: this.#worker.kinds };
    const left = await untilNextDue(this.#tables, duties, clock.now());
    // What is due and was not taken waits for another job.
    return left > 0 ? Math.min(left, pollMs * IDLE_POLLS) : pollMs;
  }

  // Until a job is announced, a running one makes room, or the time is over.
  async #pause(pauseMs: number): Promise<void> {
    if (this.#woken || this.#stopped) return;
    const pause = new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, pauseMs);
      this.#wake = () => {
        clearTimeout(timer);
        resolve();
      };
    });
    await Promise.race([pause, ...this.#worker.running]);
    this.#wake();
  }

  async idle(): Promise<void> {
    for (;;) {
      const started = await this.#round();
      const { running } = this.#worker;
      if (started === 0 && running.length === 0) return;
      await Promise.race(running);
    }
  }

  async stop(graceMs = 10_000): Promise<void> {
    this.#stopped = true;
    this.#wakeUp();
    await this.#unlisten?.();
    this.#unlisten = undefined;
    await this.#loop;
    if (await this.#settled(graceMs)) return;
    this.#worker.abort();
    await this.#settled(SETTLE_MS);
  }

  async #settled(limitMs: number): Promise<boolean> {
    const { running } = this.#worker;
    if (running.length === 0) return true;
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<boolean>((resolve) => {
      timer = setTimeout(() => resolve(false), limitMs);
    });
    const settled = await Promise.race([Promise.all(running).then(() => true), late]);
    clearTimeout(timer);
    return settled;
  }

  async dead(limit = 100): Promise<readonly DeadJob[]> {
    return await readDead(this.#tables, Math.min(Math.max(1, limit), 1_000));
  }

  async revive(id: string): Promise<void> {
    if (!(await reviveJob(this.#tables, id, this.#options.clock.now()))) {
      throw new JobsError('jobs.not_dead', { params: { id } });
    }
  }
}

/**
 * The queue on `database`. Jobs added in a transaction run after its commit, at least once, also after a crash; failed ones
 * are tried again with growing pauses and laid aside when they fail too often.
 *
 * @example
 * const jobs = createJobs({ database, clock, random, logger });
 * jobs.register({ kind: 'mail.send', handle: async ({ to }: { to: string }) => send(to) });
 * await jobs.start();
 * await database.transaction((trx) => jobs.enqueue(trx, { kind: 'mail.send', payload: { to } }));
 */
export function createJobs(options: JobsOptions): Jobs {
  return new DatabaseJobs(options);
}
