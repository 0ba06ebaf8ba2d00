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
  /** Requests a second, evenly; as many as the connections carry unless told. */
  readonly perSecond?: number;
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

/** What came back, and how long it took from when it was due, milliseconds. */
interface LoadResult {
  readonly answers: number;
  readonly p50: number;
  readonly p99: number;
}

async function run(plan: LoadPlan): Promise<LoadResult> {
  const requests = plan.requests.map((text) => Buffer.from(text, 'base64'));
  const start = performance.now();
  const until = start + plan.milliseconds;
  const latencies: number[] = [];
  const dueAt = new Map<Socket, number>();
  let issued = 0;
  const pause = plan.perSecond ? 1000 / plan.perSecond : 0;
  let answers = 0;
  let next = 0;
  const write = (socket: Socket): void => {
    const request = requests[next % requests.length];
    next += 1;
    if (request) socket.write(request);
  };
  const send = (socket: Socket): void => {
    const now = performance.now();
    const due = pause > 0 ? start + issued * pause : now;
    issued += 1;
    dueAt.set(socket, due);
    // Timers fire a millisecond late: what is due within half of one is sent at once.
    if (due - now < 0.5) write(socket);
    else setTimeout(() => write(socket), due - now);
  };
  const one = (): Promise<void> =>
    new Promise((resolve, reject) => {
      const socket = connect(plan.port, '127.0.0.1', () => send(socket));
      socket.setNoDelay(true);
      let bytes: Buffer = Buffer.alloc(0);
      socket.on('data', (chunk) => {
        bytes = bytes.length === 0 ? chunk : Buffer.concat([bytes, chunk]);
        const end = endOfAnswer(bytes);
        if (end === 0) return;
        if (bytes.toString('latin1', 0, plan.begins.length) !== plan.begins) {
          reject(new Error(`unexpected answer: ${bytes.toString('latin1', 0, 200)}`));
          return;
        }
        bytes = bytes.subarray(end);
        answers += 1;
        latencies.push(Math.max(0, performance.now() - (dueAt.get(socket) ?? 0)));
        if (performance.now() < until) send(socket);
        else socket.end(() => resolve());
      });
      socket.on('error', reject);
    });
  await Promise.all(Array.from({ length: plan.connections }, one));
  latencies.sort((left, right) => left - right);
  const quantile = (share: number): number => latencies[Math.floor(latencies.length * share)] ?? 0;
  return { answers, p50: quantile(0.5), p99: quantile(0.99) };
}

const [plan = ''] = process.argv.slice(2);
process.stdout.write(JSON.stringify(await run(JSON.parse(plan) as LoadPlan)));
