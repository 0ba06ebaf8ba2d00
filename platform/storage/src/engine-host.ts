import { createRequire } from 'node:module';
import { pathToFileURL } from 'node:url';
import { Worker } from 'node:worker_threads';
import type { EngineOptions } from './engine.ts';
import { StorageError, type StorageErrorCode } from './errors.ts';
import type { EngineReply, EngineRequest } from './worker-messages.ts';

// From the build the worker is a plain file. From TypeScript source (development, tests) it first registers the loader itself:
// Node 20 does not run a parent's --import in its workers.
function createWorker(): Worker {
  const settings = { name: 'tra-storage' };
  if (!import.meta.url.endsWith('.ts')) return new Worker(new URL('./worker.js', import.meta.url), settings);
  const loader = pathToFileURL(createRequire(import.meta.url).resolve('tsx/esm/api')).href.replace(/\.cjs$/, '.mjs');
  const entry = new URL('./worker.ts', import.meta.url).href;
  const source = `import('${loader}').then(({ register }) => { register(); return import('${entry}'); })`;
  return new Worker(source, { ...settings, eval: true, execArgv: ['--conditions=tra-source'] });
}

function asError(reply: EngineReply): Error {
  if (reply.kind !== 'failed') return new StorageError('storage.engine_stopped');
  if (reply.code?.startsWith('storage.')) {
    return new StorageError(reply.code as StorageErrorCode, { params: reply.params ?? {} });
  }
  return new StorageError('storage.engine_stopped', { cause: new Error(reply.message) });
}

/** One running engine: a worker thread and the way to talk to it. */
export interface Engine {
  readonly running: boolean;
  /** Where bytes of the wire protocol go that the engine sends. Only the latest connection hears them. */
  connect(handlers: { data: (bytes: Uint8Array) => void; lost: (error: Error) => void }): void;
  /** Bytes of the wire protocol for the engine: whole messages only. */
  send(bytes: Uint8Array): void;
  /** Ends what a former connection left: an open transaction, its channels and settings. */
  reset(): Promise<void>;
  /** Removes everything that was made in it, so that another test can use it. */
  wipe(): Promise<void>;
  /** Whether the process may end although the engine runs. */
  setIdle(idle: boolean): void;
  /** Writes a tar of the whole cluster to a file of the host. */
  dump(path: string): Promise<void>;
  /** Shuts the engine down in order. */
  close(): Promise<void>;
  /** Ends the thread at once, as a crash would. */
  kill(): Promise<void>;
}

class WorkerEngine implements Engine {
  running = true;
  readonly #worker: Worker;
  readonly #waiting: { resolve: () => void; reject: (error: Error) => void }[] = [];
  #handlers: Parameters<Engine['connect']>[0] | undefined;

  constructor(worker: Worker) {
    this.#worker = worker;
    worker.on('message', (reply: EngineReply) => this.#receive(reply));
    worker.on('error', (error) => this.#stop(new StorageError('storage.engine_stopped', { cause: error })));
    worker.on('exit', () => this.#stop(new StorageError('storage.engine_stopped')));
  }

  #receive(reply: EngineReply): void {
    if (reply.kind === 'wire') this.#handlers?.data(reply.bytes);
    else if (reply.kind === 'failed' && this.#waiting.length === 0) this.#handlers?.lost(asError(reply));
    else if (reply.kind === 'failed') this.#waiting.shift()?.reject(asError(reply));
    else this.#waiting.shift()?.resolve();
  }

  #stop(error: Error): void {
    this.running = false;
    this.#handlers?.lost(error);
    this.#handlers = undefined;
    for (const { reject } of this.#waiting.splice(0)) reject(error);
  }

  async open(options: EngineOptions): Promise<void> {
    await this.#ask({ kind: 'open', options });
  }

  #ask(request: EngineRequest): Promise<void> {
    if (!this.running) return Promise.reject(new StorageError('storage.engine_stopped'));
    return new Promise((resolve, reject) => {
      this.#waiting.push({ resolve, reject });
      this.#worker.postMessage(request);
    });
  }

  connect(handlers: Parameters<Engine['connect']>[0]): void {
    this.#handlers = handlers;
  }

  send(bytes: Uint8Array): void {
    // Not slice(): on a Buffer that is a view of the shared pool, which must not be transferred.
    const copy = new Uint8Array(bytes);
    this.#worker.postMessage({ kind: 'wire', bytes: copy } satisfies EngineRequest, [copy.buffer]);
  }

  async reset(): Promise<void> {
    await this.#ask({ kind: 'reset' });
  }

  async wipe(): Promise<void> {
    this.#handlers = undefined;
    await this.#ask({ kind: 'wipe' });
  }

  setIdle(idle: boolean): void {
    if (idle) this.#worker.unref();
    else this.#worker.ref();
  }

  async dump(path: string): Promise<void> {
    await this.#ask({ kind: 'dump', path });
  }

  async close(): Promise<void> {
    this.#handlers = undefined;
    await this.#ask({ kind: 'close' });
    await this.kill();
  }

  async kill(): Promise<void> {
    this.running = false;
    await this.#worker.terminate();
  }
}

let prepared: WorkerEngine | undefined;

/**
 * Starts the thread of the engine that the next {@link startEngine} of this process will take, and lets it load and compile its code meanwhile:
 * for a program that knows that it will open the embedded database before it knows where, or has the code that does. Nothing is opened.
 */
export function prepareEngine(): void {
  prepared ??= new WorkerEngine(createWorker());
  // Should nobody come for it, it does not keep the process.
  prepared.setIdle(true);
}

/** Ends a thread that {@link prepareEngine} started for nothing. */
export async function dropPrepared(): Promise<void> {
  const unused = prepared;
  prepared = undefined;
  await unused?.kill();
}

function takePrepared(): WorkerEngine {
  const taken = prepared?.running ? prepared : new WorkerEngine(createWorker());
  prepared = undefined;
  taken.setIdle(false);
  return taken;
}

/** Starts an engine in a worker thread and waits until it answers. Rejects with the engine's own error when it does not. */
export async function startEngine(options: EngineOptions): Promise<Engine> {
  const engine = takePrepared();
  try {
    await engine.open(options);
  } catch (error) {
    await engine.kill();
    throw error;
  }
  return engine;
}
