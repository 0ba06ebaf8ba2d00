import rateLimit from '@fastify/rate-limit';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { HttpConfig } from './config.ts';
import { httpProblem } from './errors.ts';
import { networkOf } from './network.ts';

type Limiter = ReturnType<FastifyInstance['createRateLimit']>;

function announce(reply: FastifyReply, max: number, left: number, resetSeconds: number): void {
  const known = reply.getHeader('ratelimit-remaining');
  if (known !== undefined && Number(known) <= left) return;
  reply.header('ratelimit-limit', max).header('ratelimit-remaining', left).header('ratelimit-reset', resetSeconds);
}

async function apply(limiter: Limiter, request: FastifyRequest, reply: FastifyReply): Promise<void> {
  const state = await limiter(request);
  if (state.isAllowed) return;
  announce(reply, state.max, state.remaining, state.ttlInSeconds);
  if (!state.isExceeded) return;
  throw httpProblem('http.rate_limited', {
    params: { seconds: state.ttlInSeconds },
    headers: { 'retry-after': String(state.ttlInSeconds) },
  });
}

/** What the two limits of a server are asked for: before and after it is known who is asking. */
export interface RateLimits {
  perAddress(request: FastifyRequest, reply: FastifyReply): Promise<void>;
  perAccount(request: FastifyRequest, reply: FastifyReply): Promise<void>;
}

/**
 * Limits of requests per network address and per account, announced by `RateLimit-*` headers (the one with less left) and by
 * `Retry-After` on 429. Files of the portal and operation endpoints are not counted.
 */
export async function createRateLimits(app: FastifyInstance, config: HttpConfig): Promise<RateLimits> {
  await app.register(rateLimit, { global: false, cache: 20_000 });
  const limiter = (name: string, max: number, keyOf: (request: FastifyRequest) => string): Limiter | undefined =>
    max === 0
      ? undefined
      : app.createRateLimit({
          max,
          timeWindow: config.rateLimitWindowMs,
          keyGenerator: (request) => `${name}:${keyOf(request)}`,
        });
  const address = limiter('address', config.rateLimitPerAddress, (request) => networkOf(request.ip));
  const account = limiter('account', config.rateLimitPerAccount, (request) => request.principal?.accountId ?? '');
  return {
    perAddress: async (request, reply) => {
      if (address && !request.routeOptions.config?.anonymous) await apply(address, request, reply);
    },
    perAccount: async (request, reply) => {
      if (account && request.principal) await apply(account, request, reply);
    },
  };
}
