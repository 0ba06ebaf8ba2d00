import type { ChildProcess } from 'node:child_process';
import { ValidationError } from '../errors.ts';
import { hashInThread } from './hash-file.ts';
import type { Judged, JudgeTask, Registers } from './judge-document.ts';
import type { FromChild, ToChild } from './judge-messages.ts';
import { costOf } from './process-cost.ts';
import { endOf, hold, startChild } from './start-child.ts';

/** What one document may cost. */
export interface JudgeLimits {
  /** Most processor time for one document, milliseconds. */
  readonly milliseconds: number;
  /** Longest time from beginning to end, milliseconds: also for one that waits for others. */
  readonly wallMilliseconds: number;
  /** Largest heap of the process, mebibytes; in all it may hold twice as much, and what the program itself takes. */
  readonly megabytes: number;
}

const lookMs = 250;
/** What a process holds beside the heap of its document: Node, the program and the buffers that go through. */
const programMegabytes = 256;

interface Running {
  readonly resolve: (judged: Judged) => void;
  readonly reject: (error: unknown) => void;
}

/** One process, which judges one document at a time. */
export class JudgeProcess {
  readonly #limits: JudgeLimits;
  readonly #registers: Registers;
  readonly #child: ChildProcess;
  /** Whether the child can open the files that this process has open. */
  readonly #ready: Promise<boolean>;
  #running: Running | undefined;
  #started = false;
  #trustKey: string | undefined;
  #requestKey: string | undefined;
  #ids = 0;
  /** Whether it can be given another document. */
  alive = true;

  constructor(limits: JudgeLimits, registers: Registers) {
    this.#limits = limits;
    this.#registers = registers;
    this.#child = startChild(new URL('./judge-child', import.meta.url), limits);
    this.#ready = new Promise((resolve) => {
      this.#child.on('message', (message: FromChild) => {
        if (message.kind === 'ready') {
          this.#started = true;
          resolve(message.reads);
        } else this.#receive(message);
      });
    });
    void endOf(this.#child).then((reason) => {
      const failed = new ValidationError('validation.document_failed', undefined);
      this.#end(reason === 'memory' ? this.#tooLarge() : failed);
    });
  }

  #tooLarge(): ValidationError {
    return new ValidationError('validation.document_memory', undefined, { params: { limit: this.#limits.megabytes } });
  }

  #receive(message: Exclude<FromChild, { kind: 'ready' }>): void {
    if (message.kind === 'licence') this.#answer(message.call, this.#findLicence(message));
    else if (message.kind === 'structure') this.#answer(message.call, this.#checkStructure(message));
    else if (message.kind === 'judged') this.#settle()?.resolve(message.judged);
    else {
      const cause = new Error(message.text);
      this.#settle()?.reject(new ValidationError('validation.document_failed', undefined, { cause }));
    }
  }

  async #findLicence({ sha256, xml }: Extract<FromChild, { kind: 'licence' }>): Promise<Partial<Answered>> {
    const licence = await this.#registers.findLicence(sha256, xml);
    return licence ? { licence } : {};
  }

  async #checkStructure({ carried }: Extract<FromChild, { kind: 'structure' }>): Promise<Partial<Answered>> {
    const structure = await this.#registers.checkStructure(carried);
    return structure ? { structure } : {};
  }

  #answer(call: number, found: Promise<Partial<Answered>>): void {
    const send = (answer: Partial<Answered>): void => {
      if (this.alive) this.#send({ kind: 'answer', call, ...answer });
    };
    found.then(send, () => send({ failed: true }));
  }

  #send(message: ToChild): void {
    // One that has just ended is told by its end.
    this.#child.send(message, () => undefined);
  }

  #settle(): Running | undefined {
    const running = this.#running;
    this.#running = undefined;
    return running;
  }

  /** A process that never began says nothing about the document: that is a fault of ours, and the document can be judged later. */
  #end(error: ValidationError): void {
    this.alive = false;
    const reason = this.#started ? error : new Error('a process for judging could not start', { cause: error });
    this.#settle()?.reject(reason);
  }

  /** Judges a document. Rejects with {@link ValidationError} when it costs too much; the process is then of no more use. */
  async judge(task: JudgeTask): Promise<Judged> {
    hold(this.#child, true);
    let timer: NodeJS.Timeout | undefined;
    try {
      return await new Promise<Judged>((resolve, reject) => {
        this.#running = { resolve, reject };
        if (!this.alive) return this.#end(new ValidationError('validation.document_failed', undefined));
        const begin = async (): Promise<void> => {
          const readable = (await this.#ready) ? task : await hashedFirst(task);
          if (!this.alive) return;
          timer = this.#watch();
          this.#begin(readable);
        };
        begin().catch(reject);
      });
    } finally {
      clearInterval(timer);
      hold(this.#child, false);
    }
  }

  #begin({ trust, requestTrust, ...task }: JudgeTask): void {
    this.#ids += 1;
    const news = {
      ...(this.#trustKey === trust.key ? {} : { trust }),
      ...(this.#requestKey === requestTrust.key ? {} : { requestTrust }),
    };
    [this.#trustKey, this.#requestKey] = [trust.key, requestTrust.key];
    this.#send({ kind: 'judge', id: this.#ids, task, ...news });
  }

  /** Looks at the process now and then: what other work of the machine takes from it does not count against its document. */
  #watch(): NodeJS.Timeout {
    const { milliseconds, wallMilliseconds, megabytes } = this.#limits;
    const [before, began] = [costOf(this.#child.pid), performance.now()];
    const look = (): void => {
      const cost = costOf(this.#child.pid);
      if (performance.now() - began >= wallMilliseconds) this.#stop(this.#tooLong(wallMilliseconds));
      else if (!cost || !before) return;
      else if (cost.milliseconds - before.milliseconds >= milliseconds) this.#stop(this.#tooLong(milliseconds));
      else if (cost.resident > (2 * megabytes + programMegabytes) * 1_048_576) this.#stop(this.#tooLarge());
    };
    return setInterval(look, Math.min(lookMs, Math.ceil(milliseconds / 4)));
  }

  #tooLong(milliseconds: number): ValidationError {
    const seconds = Math.ceil(milliseconds / 1000);
    return new ValidationError('validation.document_time', undefined, { params: { seconds } });
  }

  #stop(error: ValidationError): void {
    this.#end(error);
    this.#child.kill('SIGKILL');
  }

  /** Ends the process at once. */
  async close(): Promise<void> {
    this.alive = false;
    const { exitCode, signalCode } = this.#child;
    if (exitCode !== null || signalCode !== null) return;
    hold(this.#child, true);
    const closed = new Promise<void>((resolve) => this.#child.once('close', () => resolve()));
    this.#child.kill('SIGKILL');
    await closed;
  }
}

/** For a child that cannot open the files of this process: all their digests are made here. */
async function hashedFirst(task: JudgeTask): Promise<JudgeTask> {
  const hashed = [...task.hashed];
  for (const { name, ...file } of task.large) hashed.push({ name, digests: await hashInThread(file) });
  return { ...task, hashed, large: [] };
}

type Answered = Omit<Extract<ToChild, { kind: 'answer' }>, 'kind' | 'call'>;
