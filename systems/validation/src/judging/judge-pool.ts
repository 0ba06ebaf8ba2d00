import { availableParallelism } from 'node:os';
import { type Judged, type JudgeTask, judgeDocument, type Registers } from './judge-document.ts';
import { type JudgeLimits, JudgeThread } from './judge-thread.ts';

/** How a pool of threads is made. */
export interface JudgePoolOptions extends JudgeLimits {
  /** Threads at most; as many as the machine has cores when 0. */
  readonly threads: number;
  readonly registers: Registers;
}

/** Threads that judge documents, so that the thread which serves requests never waits for one. */
export interface JudgePool {
  readonly size: number;
  /**
   * Judges a document; `later` lets those that a person waits for go first. Rejects with `validation.document_time`,
   * `validation.document_memory` or `validation.document_failed` when the document had to be stopped: that ends its thread, and nothing else.
   */
  judge(task: JudgeTask, urgency?: 'now' | 'later'): Promise<Judged>;
  close(): Promise<void>;
}

/** Makes a pool. Threads start when they are first needed. */
export function createJudgePool({ threads, registers, ...limits }: JudgePoolOptions): JudgePool {
  const size = threads === 0 ? availableParallelism() : threads;
  const idle: JudgeThread[] = [];
  const all = new Set<JudgeThread>();
  const waiting = { now: [] as (() => void)[], later: [] as (() => void)[] };
  let busy = 0;
  const enter = async (urgency: 'now' | 'later'): Promise<void> => {
    if (busy < size) busy += 1;
    else await new Promise<void>((resolve) => waiting[urgency].push(resolve));
  };
  const leave = (): void => {
    const next = waiting.now.shift() ?? waiting.later.shift();
    if (next) next();
    else busy -= 1;
  };
  const take = (): JudgeThread => {
    for (let thread = idle.pop(); thread; thread = idle.pop()) {
      if (thread.alive) return thread;
      all.delete(thread);
    }
    const fresh = new JudgeThread(limits, registers);
    all.add(fresh);
    return fresh;
  };
  return {
    size,
    judge: async (task, urgency = 'now') => {
      await enter(urgency);
      const thread = take();
      try {
        return await thread.judge(task);
      } finally {
        if (thread.alive) idle.push(thread);
        else all.delete(thread);
        leave();
      }
    },
    close: async () => {
      await Promise.all([...all].map((thread) => thread.close()));
      all.clear();
      idle.length = 0;
    },
  };
}

/** Judges in the thread that asks, one document after the other: for a program that has nothing else to do. */
export function inlineJudgePool(registers: Registers): JudgePool {
  let last: Promise<unknown> = Promise.resolve();
  return {
    size: 1,
    judge: (task) => {
      const judged = last.then(() => judgeDocument(task, registers));
      last = judged.catch(() => undefined);
      return judged;
    },
    close: async () => undefined,
  };
}
