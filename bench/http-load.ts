// A load generator of its own process: keep-alive connections that each send the next request when the answer is complete.
// Spawned by benches with one JSON argument; prints `{ "answers": n, "p50": ms, "p99": ms }`.
import { connect, type Socket } from 'node:net';

/** What to send, to where, for how long. */
export interface LoadPlan {
  readonly port: number;
  readonly connections: number;
  readonly milliseconds: number;
  /** Whole requests, base64; sent in turn. */
  readonly requests: readonly string[];
  /** Text that every answer must begin with, else the run fails. */
  readonly begins: string;
  /**
   * Requests a second, evenly, whether or not earlier ones are answered: one that finds no free connection waits, and its time runs. As
   * many as the connections carry unless told.
   */
  readonly perSecond?: number;
  /** So many requests at most. */
  readonly atMost?: number;
  /** Never sleeps: otherwise a server on the same machine pays for waking this process with each of its answers. */
  readonly awake?: boolean;
}

/** What came back, and how long it took from when it was due, milliseconds. */
export interface LoadResult {
  readonly answers: number;
  readonly p50: number;
  readonly p99: number;
  readonly most: number;
}

const head = '\r\n\r\n';

/** Where the first answer in `bytes` ends, or 0 when it is not complete. */
function endOfAnswer(bytes: Buffer): number {
  const at = bytes.indexOf(head);
  if (at < 0) return 0;
  const length = /\r\ncontent-length: (\d+)/i.exec(bytes.toString('latin1', 0, at))?.[1];
  if (length === undefined) throw new Error('an answer without length');
  const end = at + head.length + Number(length);
  return bytes.length >= end ? end : 0;
}

class Load {
  readonly #plan: LoadPlan;
  readonly #requests: readonly Buffer[];
  readonly #free: Socket[] = [];
  readonly #dueAt: Map<Socket, number> = new Map();
  readonly #latencies: number[] = [];
  readonly #pause: number;
  #start = 0;
  #issued = 0;
  #stop: () => void = () => undefined;

  constructor(plan: LoadPlan) {
    this.#plan = plan;
    this.#requests = plan.requests.map((text) => Buffer.from(text, 'base64'));
    this.#pause = plan.perSecond ? 1000 / plan.perSecond : 0;
  }

  async run(): Promise<LoadResult> {
    const done = new Promise<void>((resolve) => {
      this.#stop = resolve;
    });
    const opened = Array.from({ length: this.#plan.connections }, () => this.#open());
    this.#free.push(...(await Promise.all(opened)));
    this.#start = performance.now();
    this.#tick();
    await done;
    const sorted = Float64Array.from(this.#latencies).sort();
    const quantile = (share: number): number =>
      sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0;
    return { answers: sorted.length, p50: quantile(0.5), p99: quantile(0.99), most: quantile(1) };
  }

  #open(): Promise<Socket> {
    return new Promise((resolve, reject) => {
      const socket = connect(this.#plan.port, '127.0.0.1', () => resolve(socket));
      socket.setNoDelay(true).on('error', reject);
      let bytes: Buffer = Buffer.alloc(0);
      socket.on('data', (chunk) => {
        bytes = bytes.length === 0 ? chunk : Buffer.concat([bytes, chunk]);
        const end = endOfAnswer(bytes);
        if (end === 0) return;
        if (bytes.toString('latin1', 0, this.#plan.begins.length) !== this.#plan.begins)
          throw new Error(`unexpected answer: ${bytes.toString('latin1', 0, 200)}`);
        bytes = bytes.subarray(end);
        this.#answered(socket);
      });
    });
  }

  /** Sends what is due, and comes back. */
  #tick(): void {
    this.#sendDue();
    if (this.#free.length === this.#plan.connections && this.#isOver()) this.#stop();
    else if (this.#plan.awake) setImmediate(() => this.#tick());
    else setTimeout(() => this.#tick(), 1);
  }

  #isOver(): boolean {
    const { milliseconds, atMost = Number.POSITIVE_INFINITY } = this.#plan;
    return performance.now() >= this.#start + milliseconds || this.#issued >= atMost;
  }

  #sendDue(): void {
    while (this.#free.length > 0 && !this.#isOver()) {
      const now = performance.now();
      const due = this.#pause > 0 ? this.#start + this.#issued * this.#pause : now;
      if (due > now) return;
      const socket = this.#free.pop() as Socket;
      this.#dueAt.set(socket, due);
      socket.write(this.#requests[this.#issued % this.#requests.length] as Buffer);
      this.#issued += 1;
    }
  }

  #answered(socket: Socket): void {
    this.#latencies.push(performance.now() - (this.#dueAt.get(socket) ?? 0));
    this.#free.push(socket);
    this.#sendDue();
  }
}

const [plan = ''] = process.argv.slice(2);
process.stdout.write(JSON.stringify(await new Load(JSON.parse(plan) as LoadPlan).run()), () => process.exit(0));
