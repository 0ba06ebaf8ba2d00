import type { ValidationReport } from '../../api/types.ts';

export const MAX_FILES = 10;
export const MAX_BYTES = 20_000_000;

/** One chosen file and how far its check is. */
export interface FileCheck {
  readonly key: string;
  readonly file: File;
  readonly status: 'waiting' | 'sending' | 'checking' | 'done' | 'failed';
  /** Part of the file that is sent, from 0 to 1. */
  readonly progress: number;
  readonly report?: ValidationReport;
  readonly problem?: unknown;
}

export interface FileChecks {
  get(): readonly FileCheck[];
  subscribe(listener: () => void): () => void;
  add(files: readonly File[]): void;
  /** Stops the check if it still runs, and forgets the file. */
  remove(key: string): void;
  again(key: string): void;
  clear(): void;
}

export interface CheckOptions {
  readonly signal: AbortSignal;
  readonly onProgress: (sent: number) => void;
}

/** Checks chosen files, two at a time in the order of choosing, so that the first answer comes soon. */
export function createFileChecks(check: (file: File, options: CheckOptions) => Promise<ValidationReport>): FileChecks {
  let items: readonly FileCheck[] = [];
  let counter = 0;
  const running = new Map<string, AbortController>();
  const listeners = new Set<() => void>();

  const set = (next: readonly FileCheck[]): void => {
    items = next;
    for (const listener of listeners) listener();
  };
  const update = (key: string, change: Partial<FileCheck>): void =>
    set(items.map((item) => (item.key === key ? { ...item, ...change } : item)));

  const run = async (item: FileCheck): Promise<void> => {
    const controller = new AbortController();
    running.set(item.key, controller);
    update(item.key, { status: 'sending', progress: 0 });
    const onProgress = (sent: number): void =>
      update(item.key, sent < 1 ? { progress: sent } : { status: 'checking', progress: 1 });
    try {
      const report = await check(item.file, { signal: controller.signal, onProgress });
      update(item.key, { status: 'done', report });
    } catch (problem) {
      update(item.key, { status: 'failed', problem });
    } finally {
      running.delete(item.key);
      next();
    }
  };
  const next = (): void => {
    const free = 2 - running.size;
    for (const item of items.filter((one) => one.status === 'waiting').slice(0, Math.max(0, free))) void run(item);
  };

  return {
    get: () => items,
    subscribe: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    add: (files) => {
      const added = files.map((file): FileCheck => {
        counter += 1;
        return { key: `file-${counter}`, file, status: 'waiting', progress: 0 };
      });
      set([...items, ...added]);
      next();
    },
    remove: (key) => {
      running.get(key)?.abort();
      set(items.filter((item) => item.key !== key));
    },
    again: (key) => {
      const { report: _report, problem: _problem, ...rest } = items.find((item) => item.key === key) ?? {};
      if (!('file' in rest)) return;
      set(items.map((item) => (item.key === key ? { ...(rest as FileCheck), status: 'waiting', progress: 0 } : item)));
      next();
    },
    clear: () => {
      for (const controller of running.values()) controller.abort();
      set([]);
    },
  };
}
