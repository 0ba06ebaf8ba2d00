import { negotiateLanguage } from '@tra/platform-i18n';
import type { Health, Histogram, Logger, Metrics } from '@tra/platform-telemetry';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { httpProblem } from './errors.ts';

function languageAsked(request: FastifyRequest): string | undefined {
  const { lang } = (request.query ?? {}) as { lang?: unknown };
  return typeof lang === 'string' ? lang : undefined;
}

/** Finds the language of `request`; also for requests that never reached a route. */
export function languageOf(request: FastifyRequest): 'th' | 'en' {
  return negotiateLanguage(request.headers['accept-language'], languageAsked(request));
}

function checkAddress(url: string): void {
  if (/%00/.test(url)) throw httpProblem('http.request_invalid');
  try {
    decodeURIComponent(url.slice(url.indexOf('?') + 1).replaceAll('+', ' '));
  } catch (cause) {
    throw httpProblem('http.request_invalid', { cause });
  }
}

/** Every request gets its language and trace id; broken addresses and requests that come too late are refused. */
export function registerFirstHook(app: FastifyInstance, health: Health): void {
  app.decorateRequest('language', 'th');
  app.decorateRequest('traceId', '');
  app.addHook('onRequest', async (request, reply) => {
    request.traceId = request.id;
    request.language = languageOf(request);
    reply.header('x-trace-id', request.traceId);
    // Not while others may still come: a client that connects anew just before the end would be cut off.
    if (health.draining && !app.server.listening) reply.header('connection', 'close');
    checkAddress(request.url);
  });
}

/** Refuses bodies whose media type the route does not take, before they are read. */
export function registerMediaTypeCheck(app: FastifyInstance): void {
  app.addHook('onRequest', async (request) => {
    const schema = request.routeOptions.schema as { consumes?: readonly string[]; body?: unknown } | undefined;
    const type = request.headers['content-type']?.split(';', 1)[0]?.trim().toLowerCase();
    if (type === undefined || request.is404) return;
    const taken = schema?.consumes ?? (schema?.body ? ['application/json'] : undefined);
    if (taken && !taken.includes(type))
      throw httpProblem('http.media_type_unsupported', { headers: { accept: taken.join(', ') } });
  });
}

/** How long requests took, by method, route and status. */
export function requestSeconds(metrics: Metrics): Histogram {
  return metrics.histogram({
    name: 'tra_http_request_duration_seconds',
    help: 'Time from the first byte of a request to the end of its answer.',
    labels: ['method', 'route', 'status'],
  });
}

/** One log line and one measurement per request: the route's pattern, never the address with what people typed into it. */
export function registerAccessLog(app: FastifyInstance, logger: Logger, metrics: Metrics): void {
  const seconds = requestSeconds(metrics);
  app.addHook('onResponse', async (request, reply) => {
    const route = request.is404 ? 'none' : (request.routeOptions.url ?? 'none');
    const labels = { method: request.method, route, status: reply.statusCode };
    seconds.observe(reply.elapsedTime / 1000, labels);
    const line = { ...labels, milliseconds: Math.round(reply.elapsedTime * 10) / 10, traceId: request.traceId };
    const { anonymous, direct } = request.routeOptions.config;
    // Of a direct route only what is refused or fails is worth a line, on either way.
    if (anonymous || (direct && reply.statusCode < 400)) logger.debug(line, 'request');
    else logger.info(line, 'request');
  });
}
