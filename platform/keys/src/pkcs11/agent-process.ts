import { type ChildProcess, fork } from 'node:child_process';
import { createRequire } from 'node:module';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { KeysError } from '../errors.ts';
import type {
  AgentFailure,
  AgentRequest,
  AgentValues,
  NumberedReply,
  ReplyBatch,
  RequestBatch,
} from './agent-messages.ts';
import { type Frame, packFrames, unpackFrames } from './frames.ts';

/** A running agent process. */
export interface AgentProcess {
  readonly alive: boolean;
  /**
   * Asks the agent. Rejects with {@link KeysError}: what the agent refused, `keys.token_unavailable` when it does not answer within
   * `limitMs` (the process is then ended, since its library hangs) or ends meanwhile, `keys.token_busy` when too many wait.
   */
  ask<Op extends AgentRequest['op']>(
    request: Extract<AgentRequest, { op: Op }>,
    limitMs: number,
  ): Promise<AgentValues[Op]>;
  /** The signature, as the token makes it, of a key that this agent loaded. Rejects as `ask` does. */
  sign(key: number, data: Uint8Array, limitMs: number): Promise<Uint8Array>;
  /** Ends it at once; what waits rejects. */
  end(reason: string): void;
}

interface Waiting {
  readonly resolve: (value: never) => void;
  readonly reject: (error: KeysError) => void;
  readonly until: number;
}

/** Requests that may wait for the token at one time. */
const mostWaiting = 4096;
const watchMs = 100;
/** Numbers of requests are 32-bit and start again; by then the old one was answered or given up long ago. */
const largestId = 0xffff_ffff;

function spawn(environment: Readonly<Record<string, string>>, threads: number): ChildProcess {
  const source = import.meta.url.endsWith('.ts');
  const entry = new URL(source ? './agent.ts' : './agent.js', import.meta.url);
  // Nothing of this product's configuration goes to the library of a token's maker.
  const inherited = Object.entries(process.env).filter(([name]) => !name.startsWith('TRA_') && name !== 'NODE_OPTIONS');
  const loader = source ? pathToFileURL(createRequire(import.meta.url).resolve('tsx')).href : '';
  return fork(fileURLToPath(entry), {
    execArgv: source ? ['--conditions=tra-source', '--import', loader] : [],
    env: { ...Object.fromEntries(inherited), UV_THREADPOOL_SIZE: String(Math.max(4, threads)), ...environment },
    serialization: 'advanced',
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  });
}

/** Starts an agent process. `ended` is called once, when it is gone, with the reason. */
export function startAgent(options: {
  readonly environment: Readonly<Record<string, string>>;
  readonly threads: number;
  readonly ended: (reason: string) => void;
}): AgentProcess {
  const child = spawn(options.environment, options.threads);
  const waiting = new Map<number, Waiting>();
  let requests: RequestBatch['requests'][number][] = [];
  let signs: Frame[] = [];
  let last = 0;
  let alive = true;
  const watch = setInterval(() => {
    const now = performance.now();
    for (const { until } of waiting.values()) if (until < now) return end('no_answer');
  }, watchMs);
  const hold = (busy: boolean): void => {
    for (const part of [child, child.channel, watch]) busy ? part?.ref() : part?.unref();
  };
  const end = (reason: string): void => {
    if (!alive) return;
    alive = false;
    clearInterval(watch);
    child.kill('SIGKILL');
    const lost = [...waiting.values()];
    waiting.clear();
    for (const { reject } of lost) reject(new KeysError('keys.token_unavailable', { params: { reason } }));
    options.ended(reason);
  };
  const settle = ({ id, value, failure }: NumberedReply): void => {
    const entry = waiting.get(id);
    if (!entry) return;
    waiting.delete(id);
    if (waiting.size === 0) hold(false);
    if (failure) entry.reject(asError(failure));
    else entry.resolve(value as never);
    if (failure?.dead) end(String(failure.params?.reason ?? failure.code));
  };
  const flush = (): void => {
    const batch: RequestBatch = { requests, ...(signs.length > 0 ? { signs: packFrames(signs) } : {}) };
    requests = [];
    signs = [];
    if (alive) child.send(batch, (error) => error && end('channel'));
  };
  const wait = <T>(limitMs: number, enqueue: (id: number) => void): Promise<T> =>
    new Promise((resolve, reject) => {
      if (!alive) return reject(new KeysError('keys.token_unavailable', { params: { reason: 'ended' } }));
      if (waiting.size >= mostWaiting) return reject(new KeysError('keys.token_busy'));
      if (waiting.size === 0) hold(true);
      last = last >= largestId ? 1 : last + 1;
      waiting.set(last, { resolve, reject, until: performance.now() + limitMs });
      if (requests.length + signs.length === 0) setImmediate(flush);
      enqueue(last);
    });
  child.on('message', ({ replies, signatures }: ReplyBatch) => {
    for (const entry of replies) settle(entry);
    if (!signatures) return;
    for (const { id, data } of unpackFrames(signatures)) settle({ id, value: new Uint8Array(data) });
  });
  child.on('exit', () => end('ended'));
  child.on('error', () => end('not_started'));
  hold(false);
  return {
    get alive() {
      return alive;
    },
    end,
    ask: (request, limitMs) => wait(limitMs, (id) => requests.push({ id, request })),
    sign: (key, data, limitMs) => wait(limitMs, (id) => signs.push({ id, key, data })),
  };
}

function asError({ code, params }: AgentFailure): KeysError {
  return new KeysError(code, params ? { params } : {});
}
