import type { Worker } from 'node:worker_threads';
import { ValidationError } from '../errors.ts';
import type { Judged, JudgeTask, Registers } from './judge-document.ts';
import { startWorker } from './start-worker.ts';
import { threadMilliseconds } from './thread-time.ts';
import type { FromThread, ToThread } from './worker-messages.ts';

/** What one document may cost. */
export interface JudgeLimits {
  /** Most processor time for one document, milliseconds. */
  readonly milliseconds: number;
  /** Longest time from beginning to end, milliseconds: also for one that waits for others. */
  readonly wallMilliseconds: number;
  /** Largest heap of the thread, mebibytes. */
  readonly megabytes: number;
}

const lookMs = 250;

interface Running {
  readonly resolve: (judged: Judged) => void;
  readonly reject: (error: unknown) => void;
}

/** One thread, which judges one document at a time. */
export class JudgeThread {
  readonly #limits: JudgeLimits;
  readonly #registers: Registers;
  readonly #worker: Worker;
  readonly #ready: Promise<void>;
  #running: Running | undefined;
  #started = false;
  #folder: string | undefined;
  #trustKey = '';
  #ids = 0;
  /** Whether it can be given another document. */
  alive = true;

  constructor(limits: JudgeLimits, registers: Registers) {
    this.#limits = limits;
    this.#registers = registers;
    const resourceLimits = { maxOldGenerationSizeMb: limits.megabytes };
    this.#worker = startWorker('worker', { name: 'tra-validation', resourceLimits });
    this.#worker.unref();
    this.#ready = new Promise((resolve) => {
      this.#worker.on('message', (message: FromThread) => {
        if (message.kind === 'ready') {
          this.#started = true;
          this.#folder = message.folder;
          resolve();
        } else this.#receive(message);
      });
    });
    this.#worker.on('error', (error: Error & { readonly code?: string }) => {
      const memory = error.code === 'ERR_WORKER_OUT_OF_MEMORY';
      this.#end(
        memory
          ? new ValidationError('validation.document_memory', undefined, { params: { limit: limits.megabytes } })
          : new ValidationError('validation.document_failed', undefined, { cause: error }),
      );
    });
    this.#worker.on('exit', () => this.#end(new ValidationError('validation.document_failed', undefined)));
  }

  #receive(message: Exclude<FromThread, { kind: 'ready' }>): void {
    if (message.kind === 'licence') this.#answer(message.call, this.#findLicence(message));
    else if (message.kind === 'structure') this.#answer(message.call, this.#checkStructure(message));
    else if (message.kind === 'judged') this.#settle()?.resolve(message.judged);
    else {
      const cause = new Error(message.text);
      this.#settle()?.reject(new ValidationError('validation.document_failed', undefined, { cause }));
    }
  }

  async #findLicence({ sha256, xml }: Extract<FromThread, { kind: 'licence' }>): Promise<Partial<Answered>> {
    const licence = await this.#registers.findLicence(sha256, xml);
    return licence ? { licence } : {};
  }

  async #checkStructure({ carried }: Extract<FromThread, { kind: 'structure' }>): Promise<Partial<Answered>> {
    const structure = await this.#registers.checkStructure(carried);
    return structure ? { structure } : {};
  }

  #answer(call: number, found: Promise<Partial<Answered>>): void {
    const send = (answer: Partial<Answered>): void => {
      if (this.alive) this.#send({ kind: 'answer', call, ...answer });
    };
    found.then(send, () => send({ failed: true }));
  }

  #send(message: ToThread): void {
    this.#worker.postMessage(message);
  }

  #settle(): Running | undefined {
    const running = this.#running;
    this.#running = undefined;
    return running;
  }

  /** A thread that never began says nothing about the document: that is a fault of ours, and the document can be judged later. */
  #end(error: ValidationError): void {
    this.alive = false;
    const reason = this.#started ? error : new Error('a thread for judging could not start', { cause: error });
    this.#settle()?.reject(reason);
  }

  /** Judges a document. Rejects with {@link ValidationError} when it costs too much; the thread is then of no more use. */
  async judge({ trust, ...task }: JudgeTask): Promise<Judged> {
    this.#worker.ref();
    let timer: NodeJS.Timeout | undefined;
    try {
      return await new Promise<Judged>((resolve, reject) => {
        this.#running = { resolve, reject };
        if (!this.alive) return this.#end(new ValidationError('validation.document_failed', undefined));
        void this.#ready.then(() => {
          if (!this.alive) return;
          timer = this.#watch();
          this.#ids += 1;
          const known = this.#trustKey === trust.key;
          this.#trustKey = trust.key;
          this.#send({ kind: 'judge', id: this.#ids, task, ...(known ? {} : { trust }) });
        });
      });
    } finally {
      clearInterval(timer);
      this.#worker.unref();
    }
  }

  /** Looks at the thread now and then: what other work of the machine takes from it does not count against its document. */
  #watch(): NodeJS.Timeout {
    const { milliseconds, wallMilliseconds } = this.#limits;
    const [used, began] = [threadMilliseconds(this.#worker, this.#folder), performance.now()];
    const look = (): void => {
      if (performance.now() - began >= wallMilliseconds) this.#stop(wallMilliseconds);
      else if (threadMilliseconds(this.#worker, this.#folder) - used >= milliseconds) this.#stop(milliseconds);
    };
    return setInterval(look, Math.min(lookMs, Math.ceil(milliseconds / 4)));
  }

  #stop(milliseconds: number): void {
    const seconds = Math.ceil(milliseconds / 1000);
    this.#end(new ValidationError('validation.document_time', undefined, { params: { seconds } }));
    void this.#worker.terminate();
  }

  /** Ends the thread at once. */
  async close(): Promise<void> {
    this.alive = false;
    await this.#worker.terminate();
  }
}

type Answered = Omit<Extract<ToThread, { kind: 'answer' }>, 'kind' | 'call'>;
