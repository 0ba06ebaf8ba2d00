import { availableParallelism } from 'node:os';
import { type Judged, type JudgeTask, judgeDocument, type Registers } from './judge-document.ts';
import { type JudgeLimits, JudgeProcess } from './judge-process.ts';

/** How a pool of processes is made. */
export interface JudgePoolOptions extends JudgeLimits {
  /** Processes at most; as many as the machine has cores when 0. */
  readonly processes: number;
  readonly registers: Registers;
}

/** Processes that judge documents, so that the one which serves requests never waits for a document, nor dies of one. */
export interface JudgePool {
  readonly size: number;
  /**
   * Judges a document; `later` lets those that a person waits for go first. Rejects with `validation.document_time`,
   * `validation.document_memory` or `validation.document_failed` when the document had to be stopped: that ends its process, and nothing else.
   */
  judge(task: JudgeTask, urgency?: 'now' | 'later'): Promise<Judged>;
  close(): Promise<void>;
}

/** Makes a pool. Processes start when they are first needed. */
export function createJudgePool({ processes, registers, ...limits }: JudgePoolOptions): JudgePool {
  const size = processes === 0 ? availableParallelism() : processes;
  const idle: JudgeProcess[] = [];
  const all = new Set<JudgeProcess>();
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
  const take = (): JudgeProcess => {
    for (let child = idle.pop(); child; child = idle.pop()) {
      if (child.alive) return child;
      all.delete(child);
    }
    const fresh = new JudgeProcess(limits, registers);
    all.add(fresh);
    return fresh;
  };
  return {
    size,
    judge: async (task, urgency = 'now') => {
      await enter(urgency);
      const child = take();
      try {
        return await child.judge(task);
      } finally {
        if (child.alive) idle.push(child);
        else all.delete(child);
        leave();
      }
    },
    close: async () => {
      await Promise.all([...all].map((child) => child.close()));
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
