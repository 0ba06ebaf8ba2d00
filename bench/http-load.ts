// A load generator of its own process: keep-alive connections that each send the next request when the answer is complete.
// Spawned by benches with one JSON argument; prints `{ "answers": n }`.
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

async function run(plan: LoadPlan): Promise<number> {
  const requests = plan.requests.map((text) => Buffer.from(text, 'base64'));
  const until = performance.now() + plan.milliseconds;
  let answers = 0;
  let next = 0;
  const send = (socket: Socket): void => {
    const request = requests[next % requests.length];
    next += 1;
    if (request) socket.write(request);
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
        if (performance.now() < until) send(socket);
        else socket.end(() => resolve());
      });
      socket.on('error', reject);
    });
  await Promise.all(Array.from({ length: plan.connections }, one));
  return answers;
}

const [plan = ''] = process.argv.slice(2);
process.stdout.write(JSON.stringify({ answers: await run(JSON.parse(plan) as LoadPlan) }));
