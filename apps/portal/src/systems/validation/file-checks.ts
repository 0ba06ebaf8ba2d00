import { ApiProblem } from '../../api/problem.ts';
import type { ValidationAnswer, ValidationReport } from '../../api/types.ts';
import type { ChosenDocument } from './chosen-files.ts';

/** One chosen file and how far its check is. */
export interface FileCheck {
  readonly key: string;
  readonly name: string;
  readonly size: number;
  /** Names of the files that its signatures were made over, when they lie beside it. */
  readonly beside: readonly string[];
  /** The file itself; absent after a reload, which leaves the report only. */
  readonly document?: ChosenDocument;
  /** `held`: it goes on by itself, because the server asked for patience or the connection broke. */
  readonly status: 'waiting' | 'sending' | 'checking' | 'held' | 'done' | 'failed';
  /** Part of the file that is sent, from 0 to 1. */
  readonly progress: number;
  readonly attempts: number;
  /** When a held check goes on, milliseconds since 1970. */
  readonly resumesAt?: number;
  readonly report?: ValidationReport;
  /** Where the report is kept, when that was asked for. */
  readonly kept?: { readonly id: string; readonly expiresAt: string };
  readonly problem?: unknown;
}

export interface FileChecks {
  get(): readonly FileCheck[];
  subscribe(listener: () => void): () => void;
  add(documents: readonly ChosenDocument[]): void;
  /** Stops the check if it still runs, and forgets the file. */
  remove(key: string): void;
  /** Checks once more, as another document or with other files beside it when they are given. */
  again(key: string, change?: Partial<ChosenDocument>): void;
  /** Checks everything once more: the terms have changed. */
  againAll(): void;
  /** Checks again what failed for want of a connection. */
  reconnect(): void;
  clear(): void;
}

export interface CheckOptions {
  readonly signal: AbortSignal;
  readonly onProgress: (sent: number) => void;
}

export type CheckDocument = (document: ChosenDocument, options: CheckOptions) => Promise<ValidationAnswer>;

/** A check that waits to be begun. */
type Begun = FileCheck & { readonly document: ChosenDocument };

const atOnce = 2;
const maximumAttempts = 4;
const maximumPatienceSeconds = 90;
/** How long to wait after a connection broke, by the number of the attempt. */
const afterLossSeconds = [2, 5, 15];

/** Checks chosen files, two at a time in the order of choosing, so that the first answer comes soon. `earlier` are results of before a reload. */
export function createFileChecks(check: CheckDocument, earlier: readonly FileCheck[] = []): FileChecks {
  let items: readonly FileCheck[] = earlier;
  let counter = earlier.length;
  const running = new Map<string, AbortController>();
  const timers = new Map<string, ReturnType<typeof setTimeout>>();
  const listeners = new Set<() => void>();

  const set = (next: readonly FileCheck[]): void => {
    items = next;
    for (const listener of listeners) listener();
  };
  const update = (key: string, change: Partial<FileCheck>): void =>
    set(items.map((item) => (item.key === key ? { ...item, ...change } : item)));
  const stop = (key: string): void => {
    running.get(key)?.abort();
    running.delete(key);
    clearTimeout(timers.get(key));
    timers.delete(key);
  };

  const run = async (item: Begun): Promise<void> => {
    const controller = new AbortController();
    running.set(item.key, controller);
    update(item.key, { status: 'sending', progress: 0, attempts: item.attempts + 1 });
    const isMine = (): boolean => running.get(item.key) === controller;
    const onProgress = (sent: number): void => {
      if (isMine()) update(item.key, sent < 1 ? { progress: sent } : { status: 'checking', progress: 1 });
    };
    try {
      const answer = await check(item.document, { signal: controller.signal, onProgress });
      if (isMine()) update(item.key, { status: 'done', ...resultOf(answer) });
    } catch (problem) {
      if (isMine()) fail(item, problem);
    } finally {
      if (isMine()) running.delete(item.key);
      next();
    }
  };
  const fail = (item: FileCheck, problem: unknown): void => {
    const seconds = patienceOf(problem, item.attempts);
    if (seconds === undefined || item.attempts + 1 >= maximumAttempts) {
      update(item.key, { status: 'failed', problem });
      return;
    }
    update(item.key, { status: 'held', problem, resumesAt: Date.now() + seconds * 1000 });
    timers.set(
      item.key,
      setTimeout(() => requeue([item.key]), seconds * 1000),
    );
  };
  const next = (): void => {
    const free = Math.max(0, atOnce - running.size);
    for (const item of items.filter(waits).slice(0, free)) void run(item);
  };
  const requeue = (keys: readonly string[], change: Partial<ChosenDocument> = {}, attempts?: number): void => {
    for (const key of keys) stop(key);
    const fresh = (item: FileCheck): FileCheck => {
      const document = item.document && { ...item.document, ...change };
      if (!keys.includes(item.key) || !document) return item;
      return { ...waitingFor(document, item.key), attempts: attempts ?? item.attempts };
    };
    set(items.map(fresh));
    next();
  };

  return {
    get: () => items,
    subscribe: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    add: (documents) => {
      const added = documents.map((document) => {
        counter += 1;
        return waitingFor(document, `file-${counter}`);
      });
      set([...items, ...added]);
      next();
    },
    remove: (key) => {
      stop(key);
      set(items.filter((item) => item.key !== key));
      next();
    },
    again: (key, change) => requeue([key], change, 0),
    againAll: () => {
      const keys = items.map((item) => item.key);
      requeue(keys, {}, 0);
    },
    reconnect: () => {
      const lost = items.filter((item) => item.problem instanceof ApiProblem && item.problem.isConnection);
      const keys = lost.filter(({ status }) => status === 'failed' || status === 'held').map(({ key }) => key);
      requeue(keys, {}, 0);
    },
    clear: () => {
      for (const { key } of items) stop(key);
      set([]);
    },
  };
}

function waitingFor(document: ChosenDocument, key: string): Begun {
  const { file, detached } = document;
  const beside = detached.map(({ name }) => name);
  return { key, name: file.name, size: file.size, beside, document, status: 'waiting', progress: 0, attempts: 0 };
}

function waits(item: FileCheck): item is Begun {
  return item.status === 'waiting' && item.document !== undefined;
}

function resultOf({ id, expiresAt, reports: [report] }: ValidationAnswer): Partial<FileCheck> {
  if (!report) throw new ApiProblem({ code: 'client.unreadable_answer', status: 0 });
  return { report, ...(expiresAt ? { kept: { id, expiresAt } } : {}) };
}

/** How long to wait before trying again by oneself, seconds; undefined when that would not help. */
function patienceOf(problem: unknown, attempts: number): number | undefined {
  if (!(problem instanceof ApiProblem)) return undefined;
  if (problem.code === 'client.unreachable') return afterLossSeconds[attempts];
  if (problem.status !== 429 && problem.status !== 503) return undefined;
  const seconds = problem.retryAfterSeconds ?? 2;
  return seconds <= maximumPatienceSeconds ? seconds : undefined;
}
