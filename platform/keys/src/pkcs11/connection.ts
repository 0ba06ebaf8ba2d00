import { createHash } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { KeysError } from '../errors.ts';
import type { AgentRequest, AgentValues, TokenSettings } from './agent-messages.ts';
import { type AgentProcess, startAgent } from './agent-process.ts';
import { type PinSource, readPin } from './pin.ts';

/** Milliseconds that the parts of the work may take. */
export interface TokenLimits {
  readonly openMs: number;
  readonly signMs: number;
  readonly generateMs: number;
  /** First pause before the token is tried again after it was lost; doubled up to sixty times of it. */
  readonly reconnectMs: number;
}

/** Input of {@link connectToken}. */
export interface ConnectionOptions {
  readonly settings: TokenSettings;
  readonly pin: PinSource;
  readonly limits: TokenLimits;
  readonly environment: Readonly<Record<string, string>>;
  /** Told when the token is lost and when it is back; the reason is a word, never a secret. */
  readonly changed?: ((state: 'available' | 'unavailable', reason?: string) => void) | undefined;
}

/** One opening of the token. Keys that it loaded exist in it only. */
export interface TokenSession {
  ask<Op extends AgentRequest['op']>(request: Extract<AgentRequest, { op: Op }>): Promise<AgentValues[Op]>;
  /** The signature, as the token makes it, of a key that this session loaded. */
  sign(key: number, data: Uint8Array): Promise<Uint8Array>;
  /** Gives the token up, to be opened anew: it did something that it must not do. */
  distrust(reason: string): void;
}

/** A token that comes back by itself when it was lost. */
export interface TokenConnection {
  /**
   * The token as it is open now; opened first when it is not and the pause after the last failure is over. Throws or rejects with
   * {@link KeysError} when there is none.
   */
  session(): TokenSession | Promise<TokenSession>;
  close(): void;
}

const longestBackoff = 60;

/** Errors after which the PIN in use is not tried again. */
const pinFaults: readonly string[] = ['keys.pin_wrong', 'keys.pin_locked', 'keys.pin_last_try'];

/** Times that a token is tried which does not serve at the start: it may be busy with another process that logs in. */
const openAttempts = 3;

/** Opens the token; rejects when it cannot be opened now. Later losses are repaired in the background. */
export async function connectToken(options: ConnectionOptions): Promise<TokenConnection> {
  const connection = createConnection(options);
  for (let attempt = 1; ; attempt += 1) {
    try {
      await connection.session();
      return connection;
    } catch (error) {
      const again = error instanceof KeysError && error.code === 'keys.token_unavailable' && attempt < openAttempts;
      if (!again) {
        connection.close();
        throw error;
      }
      await sleep(options.limits.reconnectMs * 2 ** attempt);
    }
  }
}

function digestOf(pin: string): string {
  return createHash('sha256').update(pin).digest('hex');
}

/** A running agent as a session. */
interface OpenAgent {
  readonly process: AgentProcess;
  readonly session: TokenSession;
}

function sessionOf(process: AgentProcess, limits: TokenLimits): TokenSession {
  return {
    ask: (request) => process.ask(request, request.op === 'generate' ? limits.generateMs : limits.signMs),
    sign: (key, data) => process.sign(key, data, limits.signMs),
    distrust: (reason) => process.end(reason),
  };
}

/** Opens agents, and never with a PIN that was refused before. */
function agentOpener(
  { settings, pin: source, limits, environment }: ConnectionOptions,
  lost: (process: AgentProcess, reason: string) => void,
): () => Promise<OpenAgent> {
  let refused: { digest: string; error: KeysError } | undefined;
  return async () => {
    const pin = await readPin(source);
    const digest = digestOf(pin);
    if (refused?.digest === digest) throw refused.error;
    const process: AgentProcess = startAgent({
      environment,
      threads: settings.sessions,
      ended: (reason) => lost(process, reason),
    });
    try {
      await process.ask({ op: 'open', settings, pin }, limits.openMs);
    } catch (error) {
      if (error instanceof KeysError && pinFaults.includes(error.code)) refused = { digest, error };
      process.end('refused');
      throw error;
    }
    return { process, session: sessionOf(process, limits) };
  };
}

function createConnection(options: ConnectionOptions): TokenConnection {
  const { limits, changed } = options;
  let open: OpenAgent | undefined;
  let opening: Promise<TokenSession> | undefined;
  let failures = 0;
  let failure: KeysError | undefined;
  let timer: NodeJS.Timeout | undefined;
  let closed = false;

  const retryLater = (): void => {
    if (closed || timer) return;
    const pause = limits.reconnectMs * Math.min(longestBackoff, 2 ** failures);
    failures += 1;
    timer = setTimeout(() => {
      timer = undefined;
      connect().catch(() => undefined);
    }, pause).unref();
  };
  const openAgent = agentOpener(options, (process, reason) => {
    if (process !== open?.process) return;
    open = undefined;
    failure = new KeysError('keys.token_unavailable', { params: { reason } });
    changed?.('unavailable', reason);
    retryLater();
  });
  const opened = (agent: OpenAgent): TokenSession => {
    if (closed) agent.process.end('closed');
    open = agent;
    failures = 0;
    if (failure) changed?.('available');
    failure = undefined;
    return agent.session;
  };
  const failed = (cause: unknown): never => {
    failure = cause instanceof KeysError ? cause : new KeysError('keys.token_unavailable', { cause });
    retryLater();
    throw failure;
  };
  const connect = (): Promise<TokenSession> => {
    opening ??= openAgent()
      .then(opened, failed)
      .finally(() => {
        opening = undefined;
      });
    return opening;
  };
  return {
    session: () => {
      if (closed) throw new KeysError('keys.token_unavailable', { params: { reason: 'closed' } });
      if (open?.process.alive) return open.session;
      if (timer && failure) throw failure;
      return connect();
    },
    close: () => {
      closed = true;
      clearTimeout(timer);
      const last = open;
      open = undefined;
      last?.process.end('closed');
    },
  };
}
