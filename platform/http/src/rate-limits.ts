import type { FastifyReply, FastifyRequest } from 'fastify';
import type { HttpConfig } from './config.ts';
import { httpProblem } from './errors.ts';
import { networkOf } from './network.ts';

/** Where somebody stands within a limit, after the request that was counted. */
export interface LimitState {
  readonly max: number;
  readonly left: number;
  /** Until the window ends. */
  readonly seconds: number;
  readonly exceeded: boolean;
}

const mostKeys = 20_000;

/** Counts per key in windows that begin with the first request; of very many keys those whose window is oldest are forgotten. */
export class RequestWindows {
  readonly #windows: Map<string, { count: number; endsAt: number }> = new Map();
  readonly #max: number;
  readonly #windowMs: number;

  constructor(max: number, windowMs: number) {
    this.#max = max;
    this.#windowMs = windowMs;
  }

  /** Whether one more request of `key` is within the limit. */
  admits(key: string): boolean {
    const window = this.#windows.get(key);
    return window === undefined || window.count < this.#max || window.endsAt <= performance.now();
  }

  /** Counts one request of `key`. */
  count(key: string): LimitState {
    const now = performance.now();
    let window = this.#windows.get(key);
    if (window === undefined || window.endsAt <= now) {
      window = { count: 0, endsAt: now + this.#windowMs };
      this.#windows.delete(key);
      this.#windows.set(key, window);
      if (this.#windows.size > mostKeys) this.#forgetOldest();
    }
    window.count += 1;
    const left = Math.max(0, this.#max - window.count);
    const seconds = Math.ceil((window.endsAt - now) / 1000);
    return { max: this.#max, left, seconds, exceeded: window.count > this.#max };
  }

  #forgetOldest(): void {
    const [oldest] = this.#windows.keys();
    if (oldest !== undefined) this.#windows.delete(oldest);
  }
}

function announce(reply: FastifyReply, { max, left, seconds }: LimitState): void {
  const known = reply.getHeader('ratelimit-remaining');
  if (known !== undefined && Number(known) <= left) return;
  reply.header('ratelimit-limit', max).header('ratelimit-remaining', left).header('ratelimit-reset', seconds);
}

function apply(windows: RequestWindows, key: string, reply: FastifyReply): void {
  const state = windows.count(key);
  announce(reply, state);
  if (!state.exceeded) return;
  throw httpProblem('http.rate_limited', {
    params: { seconds: state.seconds },
    headers: { 'retry-after': String(state.seconds) },
  });
}

/** What the two limits of a server are asked for: before and after it is known who is asking. */
export interface RateLimits {
  /** The windows of network addresses; undefined when there is no limit. */
  readonly addresses: RequestWindows | undefined;
  perAddress(request: FastifyRequest, reply: FastifyReply): Promise<void>;
  perAccount(request: FastifyRequest, reply: FastifyReply): Promise<void>;
}

/**
 * Limits of requests per network address and per account, announced by `RateLimit-*` headers (the one with less left) and by
 * `Retry-After` on 429. Files of the portal and operation endpoints are not counted.
 */
export function createRateLimits(config: HttpConfig): RateLimits {
  const windowsOf = (max: number): RequestWindows | undefined =>
    max === 0 ? undefined : new RequestWindows(max, config.rateLimitWindowMs);
  const addresses = windowsOf(config.rateLimitPerAddress);
  const accounts = windowsOf(config.rateLimitPerAccount);
  return {
    addresses,
    perAddress: async (request, reply) => {
      const { anonymous, ownLimits } = request.routeOptions.config ?? {};
      if (!addresses || anonymous || ownLimits?.(request.headers)) return;
      apply(addresses, networkOf(request.ip), reply);
    },
    perAccount: async (request, reply) => {
      if (accounts && request.principal) apply(accounts, request.principal.accountId, reply);
    },
  };
}
