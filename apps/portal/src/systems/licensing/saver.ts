import { ApiProblem } from '../../api/problem.ts';
import type { Application, FormValues } from '../../api/types.ts';

/** How the keeping of answers stands. */
export type SaveState =
  | { readonly status: 'idle' | 'saving'; readonly savedAt?: Date }
  /** Not stored yet; it is tried again by itself. */
  | { readonly status: 'failed'; readonly problem: unknown; readonly savedAt?: Date }
  /** Somebody else (another tab) stored other answers in between. */
  | { readonly status: 'conflict'; readonly savedAt?: Date };

export interface Saver {
  state(): SaveState;
  subscribe(listener: () => void): () => void;
  /** Takes the newest answers; they are stored a moment after the last change. */
  change(values: FormValues): void;
  /** Stores now what is not stored yet; throws what refused it. */
  flush(): Promise<void>;
  /** Goes on from this version, for example after a conflict was settled. */
  restart(version: number): void;
  /** Forgets answers that are not stored yet. */
  discard(): void;
  stop(): void;
}

export interface SaverOptions {
  readonly version: number;
  readonly save: (values: FormValues, version: number) => Promise<Application>;
  readonly saved: (application: Application) => void;
  readonly delayMs?: number;
  readonly retryMs?: number;
}

/** Stores answers while they are typed: one request at a time, always the newest, never over somebody else's change. */
export function createSaver(options: SaverOptions): Saver {
  let version = options.version;
  let state: SaveState = { status: 'idle' };
  let waiting: FormValues | undefined;
  let timer: ReturnType<typeof setTimeout> | undefined;
  let running: Promise<void> | undefined;
  const listeners = new Set<() => void>();

  const set = (next: SaveState): void => {
    state = next;
    for (const listener of listeners) listener();
  };
  const later = (ms: number): void => {
    clearTimeout(timer);
    timer = setTimeout(() => void store().catch(() => undefined), ms);
  };

  const storeOnce = async (values: FormValues): Promise<void> => {
    waiting = undefined;
    set({ ...state, status: 'saving' });
    try {
      const application = await options.save(values, version);
      version = application.version;
      options.saved(application);
      set({ status: 'idle', savedAt: new Date() });
    } catch (problem) {
      waiting ??= values;
      const savedAt = state.savedAt ? { savedAt: state.savedAt } : {};
      if (problem instanceof ApiProblem && problem.status === 412) set({ status: 'conflict', ...savedAt });
      else {
        set({ status: 'failed', problem, ...savedAt });
        if (problem instanceof ApiProblem && problem.isConnection) later(options.retryMs ?? 5_000);
      }
      throw problem;
    }
  };

  const store = async (): Promise<void> => {
    clearTimeout(timer);
    while (running) await running.catch(() => undefined);
    if (waiting === undefined || state.status === 'conflict') return;
    running = storeOnce(waiting).finally(() => {
      running = undefined;
    });
    await running;
  };

  return {
    state: () => state,
    subscribe: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    change: (values) => {
      waiting = values;
      if (state.status !== 'conflict') later(options.delayMs ?? 800);
    },
    flush: async () => {
      await store();
      if (state.status === 'conflict') throw new ApiProblem({ code: 'http.precondition_failed', status: 412 });
    },
    restart: (next) => {
      version = next;
      set({ status: 'idle' });
      if (waiting !== undefined) later(0);
    },
    discard: () => {
      waiting = undefined;
    },
    stop: () => clearTimeout(timer),
  };
}
