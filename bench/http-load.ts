// A load generator of its own process: keep-alive connections that each send the next request when the answer is complete.
// Takes a `LoadPlan` on each line of standard input and prints a `LoadResult` for it; see line-process.ts.
import { connect, type Socket } from 'node:net';
import { createInterface } from 'node:readline';
import { cpuSecondsOf } from './cpu-time.ts';

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
  /** The process whose CPU time is taken. */
  readonly pid?: number;
}

/** What came back, and how long it took from when it was due, milliseconds. */
export interface LoadResult {
  readonly answers: number;
  /** From the first request to the last answer. */
  readonly seconds: number;
  /** CPU time of the process `pid` meanwhile; 0 without one. */
  readonly cpuSeconds: number;
  readonly p50: number;
  readonly p99: number;
  readonly most: number;
  /** How late this process itself was (p99, most), where it had a free connection: so much of the above is not the server's. */
  readonly lateP99: number;
  readonly lateMost: number;
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

function quantiles(values: readonly number[]): (share: number) => number {
  const sorted = Float64Array.from(values).sort();
  return (share) => sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0;
}

class Load {
  readonly #plan: LoadPlan;
  readonly #requests: readonly Buffer[];
  readonly #all: Socket[] = [];
  readonly #free: Socket[] = [];
  readonly #dueAt: Map<Socket, number> = new Map();
  /** How late each request left that is under way. */
  readonly #lateBy: Map<Socket, number> = new Map();
  readonly #latencies: number[] = [];
  readonly #lateness: number[] = [];
  readonly #pause: number;
  #start = 0;
  #issued = 0;
  /** When a connection became free after there was none. */
  #freeSince = 0;
  /** When this process last looked at its connections. */
  #turn = 0;
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
    this.#all.push(...(await Promise.all(opened)));
    this.#free.push(...this.#all);
    const { pid } = this.#plan;
    const cpu = (): number => (pid === undefined ? 0 : cpuSecondsOf(pid));
    const before = cpu();
    this.#start = performance.now();
    this.#freeSince = this.#start;
    this.#tick();
    await done;
    const seconds = (performance.now() - this.#start) / 1000;
    const cpuSeconds = cpu() - before;
    for (const socket of this.#all) socket.destroy();
    const latency = quantiles(this.#latencies);
    const late = quantiles(this.#lateness);
    return {
      ...{ answers: this.#latencies.length, seconds, cpuSeconds },
      ...{ p50: latency(0.5), p99: latency(0.99), most: latency(1), lateP99: late(0.99), lateMost: late(1) },
    };
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
    this.#turn = performance.now();
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
      this.#lateBy.set(socket, now - Math.max(due, this.#freeSince));
      socket.write(this.#requests[this.#issued % this.#requests.length] as Buffer);
      this.#issued += 1;
    }
  }

  #answered(socket: Socket): void {
    const now = performance.now();
    this.#latencies.push(now - (this.#dueAt.get(socket) ?? 0));
    // The answer may have been there since the last look.
    this.#lateness.push((this.#lateBy.get(socket) ?? 0) + now - this.#turn);
    if (this.#free.length === 0) this.#freeSince = now;
    this.#free.push(socket);
    this.#sendDue();
  }
}

for await (const line of createInterface(process.stdin)) {
  const result = await new Load(JSON.parse(line) as LoadPlan).run();
  process.stdout.write(`${JSON.stringify(result)}\n`);
}
