import type { IncomingHttpHeaders, IncomingMessage, ServerResponse } from 'node:http';
import type { Health, HistogramSeries, Logger, Metrics } from '@tra/platform-telemetry';
import type { RouteOptions } from 'fastify';
import type { DirectAnswer, DirectRoute } from './direct.ts';
import type { BodyReceiver, DirectMessage } from './direct-message.ts';
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
  /** Whether new connections are taken. */
  readonly accepting: () => boolean;
  /** What every answer of a direct route carries. */
  readonly securityHeaders: Readonly<Record<string, string>>;
  /** The problem that stands for an error. */
  readonly failed: (error: unknown, headers: IncomingHttpHeaders, traceId: string) => Required<DirectAnswer>;
}

/** The direct routes of a server. */
export interface DirectRoutes {
  /** For the hook `onRoute`. */
  add(route: RouteOptions): void;
  /** Answers `request`, or says false and leaves it as it is to the ordinary way. */
  take(request: DirectMessage, response: ServerResponse): boolean;
}

interface Mounted {
  readonly direct: DirectRoute;
  readonly limits: RequestWindows | undefined;
  readonly ownLimits: ((headers: IncomingHttpHeaders) => boolean) | undefined;
  readonly labels: { readonly method: string; readonly route: string };
  /** How long answers took, by status. */
  readonly seconds: Map<number, HistogramSeries>;
}

// What a hook looks at: who is asking, what was asked before, how the body comes.
const decided = ['cookie', 'idempotency-key', 'expect', 'transfer-encoding', 'content-encoding'] as const;
const lengthsOfDecided: ReadonlySet<number> = new Set(decided.map(({ length }) => length));
const plainLength = /^[1-9]\d{0,8}$/;

/** Whether no hook has anything to decide, and refuse, about a request. */
function isUsual({ headers, rawHeaders }: IncomingMessage, { mediaType, bodyLimit }: DirectRoute): boolean {
  const length = headers['content-length'];
  if (headers['content-type'] !== mediaType || length === undefined) return false;
  if (!plainLength.test(length) || Number(length) > bodyLimit) return false;
  // Only names that could be one of them are looked up: to look for what is not there takes long.
  for (let index = 0; index < rawHeaders.length; index += 2) {
    if (!lengthsOfDecided.has((rawHeaders[index] as string).length)) continue;
    for (const name of decided) if (headers[name] !== undefined) return false;
  }
  return true;
}

function checkRoute({ url, config, schema = {} }: RouteOptions): void {
  const { security, body, headers, querystring } = schema as Record<string, unknown>;
  const closed = config?.sameOrigin || (Array.isArray(security) && security.length > 0);
  if (closed || body || headers || querystring) throw new TypeError(`${url} has what only the ordinary way checks`);
}

/** Answers usual requests to direct routes. Who is served, counted and told what is as on the ordinary way; see {@link DirectRoute}. */
export function createDirectRoutes(options: DirectOptions): DirectRoutes {
  const { health, addresses, addressOf, traceIds } = options;
  const routes = new Map<string, Mounted>();
  const sender = createSender(options);
  return {
    add: (route) => {
      const { direct, anonymous, ownLimits } = route.config ?? {};
      if (!direct || route.method !== 'POST') return;
      checkRoute(route);
      const limits = anonymous ? undefined : addresses;
      const labels = { method: 'POST', route: route.url };
      routes.set(route.url, { direct, limits, ownLimits, labels, seconds: new Map() });
    },
    take: (request, response) => {
      const route = request.method === 'POST' ? routes.get(request.url ?? '') : undefined;
      if (!route || health.draining || !isUsual(request, route.direct)) return false;
      const { headers } = request;
      const address = addressOf(request);
      const limits = route.ownLimits?.(headers) ? undefined : route.limits;
      const network = limits ? networkOf(address) : '';
      if (limits && !limits.admits(network)) return false;
      const traceId = traceIds.of(headers.traceparent);
      const exchange = new Exchange(route, response, { sender, headers, address, traceId });
      exchange.limit = limits?.count(network);
      request.handTo(exchange);
      return true;
    },
  };
}

interface ExchangeParts {
  readonly sender: Sender;
  readonly headers: IncomingHttpHeaders;
  readonly address: string;
  readonly traceId: string;
}

/** One request on its way to its answer. */
class Exchange implements BodyReceiver {
  readonly begun: number = performance.now();
  readonly route: Mounted;
  readonly response: ServerResponse;
  readonly parts: ExchangeParts;
  limit: LimitState | undefined;
  #body: Buffer | undefined;

  constructor(route: Mounted, response: ServerResponse, parts: ExchangeParts) {
    this.route = route;
    this.response = response;
    this.parts = parts;
  }

  receive(part: Buffer): void {
    this.#body = this.#body ? Buffer.concat([this.#body, part]) : part;
  }

  /** The body is complete. */
  end(): void {
    const { headers, address } = this.parts;
    try {
      const given = this.route.direct.answer({ body: this.#body ?? Buffer.alloc(0), headers, address });
      if (given instanceof Promise)
        given.then(
          (answer) => this.#sendLater(answer),
          (error) => this.#fail(error),
        );
      else this.parts.sender.send(this, given);
    } catch (error) {
      this.#fail(error);
    }
  }

  #sendLater(answer: DirectAnswer): void {
    try {
      this.parts.sender.send(this, answer);
    } catch (error) {
      this.#fail(error);
    }
  }

  #fail(error: unknown): void {
    const { sender, headers, traceId } = this.parts;
    sender.send(this, sender.failed(error, headers, traceId));
  }
}

interface Sender extends Pick<DirectOptions, 'failed'> {
  send(exchange: Exchange, answer: DirectAnswer): void;
}

function createSender({ accepting, health, logger, metrics, securityHeaders, failed }: DirectOptions): Sender {
  const seconds = requestSeconds(metrics);
  const secondsOf = (route: Mounted, status: number): HistogramSeries => {
    const made = seconds.of({ ...route.labels, status });
    route.seconds.set(status, made);
    return made;
  };
  const prepared = new WeakMap<object, readonly string[]>();
  const prepare = (headers: DirectAnswer['headers']): readonly string[] => {
    const flat = Object.entries({ ...securityHeaders, ...headers }).flat();
    prepared.set(headers, flat);
    return flat;
  };
  const note = ({ begun, route, parts: { traceId } }: Exchange, status: number): void => {
    const elapsed = performance.now() - begun;
    (route.seconds.get(status) ?? secondsOf(route, status)).observe(elapsed / 1000);
    const level = status < 400 ? 'debug' : 'info';
    if (logger.writes?.(level) === false) return;
    const line = { ...route.labels, status, milliseconds: Math.round(elapsed * 10) / 10, traceId };
    logger[level](line, 'request');
  };
  return {
    failed,
    send: (exchange, { status = 200, headers, body }) => {
      const { response, limit, parts } = exchange;
      const flat = [...(prepared.get(headers) ?? prepare(headers)), 'x-trace-id', parts.traceId];
      flat.push('content-length', String(body.length));
      if (limit) pushLimit(flat, limit);
      if (health.draining && !accepting()) flat.push('connection', 'close');
      response.writeHead(status, flat);
      endWith(response, body);
      note(exchange, status);
    },
  };
}

/** Octets of a body that goes out as text: one write then carries it together with the headers, which costs less than two parts do. */
const mostAsText = 16_384;

function endWith(response: ServerResponse, body: Uint8Array): void {
  if (body.length > mostAsText) response.end(body);
  else response.end(Buffer.from(body.buffer, body.byteOffset, body.length).toString('latin1'), 'latin1');
}

function pushLimit(flat: string[], { max, left, seconds }: LimitState): void {
  flat.push('ratelimit-limit', String(max), 'ratelimit-remaining', String(left), 'ratelimit-reset', String(seconds));
}
