import type { IncomingHttpHeaders, IncomingMessage, ServerResponse } from 'node:http';
import type { Health, Logger, Metrics } from '@tra/platform-telemetry';
import type { RouteOptions } from 'fastify';
import type { DirectAnswer, DirectRoute } from './direct.ts';
import { networkOf } from './network.ts';
import type { LimitState, RequestWindows } from './rate-limits.ts';
import { requestSeconds } from './request-hooks.ts';
import type { TraceIds } from './trace.ts';

/** What answering directly needs of the server: the same limits, headers, words and measurements as everywhere. */
export interface DirectOptions {
  readonly health: Health;
  readonly logger: Logger;
  readonly metrics: Metrics;
  readonly traceIds: TraceIds;
  /** Limits per network address, for routes that are not `anonymous`. */
  readonly addresses: RequestWindows | undefined;
  readonly addressOf: (request: IncomingMessage) => string;
  /** What every answer carries. */
  readonly securityHeaders: Readonly<Record<string, string>>;
  /** The problem that stands for an error. */
  readonly failed: (error: unknown, headers: IncomingHttpHeaders, traceId: string) => Required<DirectAnswer>;
}

/** The direct routes of a server. */
export interface DirectRoutes {
  /** For the hook `onRoute`. */
  add(route: RouteOptions): void;
  /** Answers `request`, or says false and leaves it as it is to the ordinary way. */
  take(request: IncomingMessage, response: ServerResponse): boolean;
}

interface Mounted extends DirectRoute {
  readonly url: string;
  readonly limited: boolean;
}

// What a hook looks at: who is asking, what was asked before, how the body comes.
const decided = ['cookie', 'idempotency-key', 'expect', 'transfer-encoding', 'content-encoding'] as const;
const plainLength = /^[1-9]\d{0,8}$/;

/** Whether no hook has anything to decide, and refuse, about a request. */
function isUsual(headers: IncomingHttpHeaders, { mediaType, bodyLimit }: DirectRoute): boolean {
  const length = headers['content-length'];
  if (headers['content-type'] !== mediaType || length === undefined) return false;
  if (!plainLength.test(length) || Number(length) > bodyLimit) return false;
  for (const name of decided) if (headers[name] !== undefined) return false;
  return true;
}

function checkRoute({ url, config, schema = {} }: RouteOptions): void {
  const { security, body, headers, querystring } = schema as Record<string, unknown>;
  const closed = config?.sameOrigin || (Array.isArray(security) && security.length > 0);
  if (closed || body || headers || querystring) throw new TypeError(`${url} has what only the ordinary way checks`);
}

/** Answers usual requests to direct routes. Who is served, counted and told what is as on the ordinary way; see {@link DirectRoute}. */
export function createDirectRoutes(options: DirectOptions): DirectRoutes {
  const { health, traceIds, addresses, addressOf } = options;
  const routes = new Map<string, Mounted>();
  const send = createSender(options);
  const answer = (
    route: Mounted,
    request: IncomingMessage,
    exchange: Exchange,
    body: Buffer,
    address: string,
  ): void => {
    const { headers } = request;
    const fail = (error: unknown): void => send(route, exchange, options.failed(error, headers, exchange.traceId));
    try {
      const given = route.answer({ body, headers, address });
      if (given instanceof Promise) given.then((result) => send(route, exchange, result)).catch(fail);
      else send(route, exchange, given);
    } catch (error) {
      fail(error);
    }
  };
  return {
    add: (route) => {
      const { direct, anonymous } = route.config ?? {};
      if (!direct || route.method !== 'POST') return;
      checkRoute(route);
      routes.set(route.url, { ...direct, url: route.url, limited: addresses !== undefined && !anonymous });
    },
    take: (request, response) => {
      if (request.method !== 'POST' || health.draining) return false;
      const route = routes.get(request.url ?? '');
      if (!route || !isUsual(request.headers, route)) return false;
      const address = addressOf(request);
      const network = route.limited ? networkOf(address) : '';
      if (route.limited && !addresses?.admits(network)) return false;
      const begun = performance.now();
      const limit = route.limited ? addresses?.count(network) : undefined;
      const traceId = traceIds.of(request.headers.traceparent);
      let body: Buffer | undefined;
      request.on('data', (part: Buffer) => {
        body = body ? Buffer.concat([body, part]) : part;
      });
      request.on('end', () => {
        answer(route, request, { response, begun, limit, traceId }, body ?? Buffer.alloc(0), address);
      });
      return true;
    },
  };
}

interface Exchange {
  readonly response: ServerResponse;
  readonly begun: number;
  readonly limit: LimitState | undefined;
  readonly traceId: string;
}

function createSender({
  health,
  logger,
  metrics,
  securityHeaders,
}: DirectOptions): (route: Mounted, exchange: Exchange, answer: DirectAnswer) => void {
  const seconds = requestSeconds(metrics);
  const prepared = new WeakMap<object, readonly string[]>();
  const prepare = (headers: DirectAnswer['headers']): readonly string[] => {
    const flat = Object.entries({ ...securityHeaders, ...headers }).flat();
    prepared.set(headers, flat);
    return flat;
  };
  return (route, { response, begun, limit, traceId }, { status = 200, headers, body }) => {
    const flat = [...(prepared.get(headers) ?? prepare(headers)), 'x-trace-id', traceId];
    flat.push('content-length', String(body.length));
    if (limit) pushLimit(flat, limit);
    if (health.draining) flat.push('connection', 'close');
    response.writeHead(status, flat);
    response.end(body);
    const elapsed = performance.now() - begun;
    const labels = { method: 'POST', route: route.url, status };
    seconds.observe(elapsed / 1000, labels);
    const line = { ...labels, milliseconds: Math.round(elapsed * 10) / 10, traceId };
    if (status < 400) logger.debug(line, 'request');
    else logger.info(line, 'request');
  };
}

function pushLimit(flat: string[], { max, left, seconds }: LimitState): void {
  flat.push('ratelimit-limit', String(max), 'ratelimit-remaining', String(left), 'ratelimit-reset', String(seconds));
}
