import { ApiProblem } from '../../api/problem.ts';
import type { ValidationAnswer, ValidationReport } from '../../api/types.ts';
import type { ChosenDocument } from './chosen-files.ts';

/** One chosen file and how far its check is. */
export interface FileCheck extends ChosenDocument {
  readonly key: string;
  /** `held`: the server asked for patience, the check goes on by itself. */
  readonly status: 'waiting' | 'sending' | 'checking' | 'held' | 'done' | 'failed';
  /** Part of the file that is sent, from 0 to 1. */
  readonly progress: number;
  readonly attempts: number;
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
  /** Checks once more, with other files beside the signature when they are given. */
  again(key: string, detached?: readonly File[]): void;
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

const atOnce = 2;
const maximumAttempts = 4;
const maximumPatienceSeconds = 90;

/** Checks chosen files, two at a time in the order of choosing, so that the first answer comes soon. */
export function createFileChecks(check: CheckDocument): FileChecks {
  let items: readonly FileCheck[] = [];
  let counter = 0;
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

  const run = async (item: FileCheck): Promise<void> => {
    const controller = new AbortController();
    running.set(item.key, controller);
    update(item.key, { status: 'sending', progress: 0, attempts: item.attempts + 1 });
    const isMine = (): boolean => running.get(item.key) === controller;
    const onProgress = (sent: number): void => {
      if (isMine()) update(item.key, sent < 1 ? { progress: sent } : { status: 'checking', progress: 1 });
    };
    try {
      const answer = await check(item, { signal: controller.signal, onProgress });
      if (isMine()) update(item.key, { status: 'done', ...resultOf(answer) });
    } catch (problem) {
      if (isMine()) fail(item, problem);
    } finally {
      if (isMine()) running.delete(item.key);
      next();
    }
  };
  const fail = (item: FileCheck, problem: unknown): void => {
    const seconds = patienceOf(problem);
    if (seconds === undefined || item.attempts + 1 >= maximumAttempts) {
      update(item.key, { status: 'failed', problem });
      return;
    }
    update(item.key, { status: 'held', problem });
    timers.set(
      item.key,
      setTimeout(() => requeue([item.key]), seconds * 1000),
    );
  };
  const next = (): void => {
    const free = Math.max(0, atOnce - running.size);
    for (const item of items.filter((one) => one.status === 'waiting').slice(0, free)) void run(item);
  };
  const requeue = (keys: readonly string[], change: Partial<FileCheck> = {}): void => {
    for (const key of keys) stop(key);
    const fresh = ({ report: _report, problem: _problem, kept: _kept, ...rest }: FileCheck): FileCheck => ({
      ...rest,
      ...change,
      status: 'waiting',
      progress: 0,
    });
    set(items.map((item) => (keys.includes(item.key) ? fresh(item) : item)));
    next();
  };

  return {
    get: () => items,
    subscribe: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    add: (documents) => {
      const added = documents.map(({ file, detached }): FileCheck => {
        counter += 1;
        return { key: `file-${counter}`, file, detached, status: 'waiting', progress: 0, attempts: 0 };
      });
      set([...items, ...added]);
      next();
    },
    remove: (key) => {
      stop(key);
      set(items.filter((item) => item.key !== key));
      next();
    },
    again: (key, detached) => requeue([key], { attempts: 0, ...(detached ? { detached } : {}) }),
    againAll: () => {
      const keys = items.map((item) => item.key);
      requeue(keys, { attempts: 0 });
    },
    reconnect: () => {
      const lost = items.filter((item) => item.problem instanceof ApiProblem && item.problem.isConnection);
      requeue(
        lost.filter((item) => item.status === 'failed').map((item) => item.key),
        { attempts: 0 },
      );
    },
    clear: () => {
      for (const { key } of items) stop(key);
      set([]);
    },
  };
}

function resultOf({ id, expiresAt, reports: [report] }: ValidationAnswer): Partial<FileCheck> {
  if (!report) throw new ApiProblem({ code: 'client.unreadable_answer', status: 0 });
  return { report, ...(expiresAt ? { kept: { id, expiresAt } } : {}) };
}

/** How long to wait before trying again by oneself, seconds; undefined when that would not help. */
function patienceOf(problem: unknown): number | undefined {
  if (!(problem instanceof ApiProblem) || (problem.status !== 429 && problem.status !== 503)) return undefined;
  const seconds = problem.retryAfterSeconds ?? 2;
  return seconds <= maximumPatienceSeconds ? seconds : undefined;
}
