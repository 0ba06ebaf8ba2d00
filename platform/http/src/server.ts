import type { IncomingMessage, ServerResponse } from 'node:http';
import { Server as NetServer } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import cookie from '@fastify/cookie';
import multipart from '@fastify/multipart';
import Fastify, { type FastifyReply } from 'fastify';
import { registerJsonParser } from './body.ts';
import { clientAddresses } from './client-address.ts';
import { createDirectRoutes, type DirectRoutes } from './direct-answers.ts';
import { DirectMessage } from './direct-message.ts';
import { registerDocsPage } from './docs-page.ts';
import { HTTP_PROBLEMS } from './errors.ts';
import { registerIdempotency } from './idempotency-hooks.ts';
import { answerOptions, createRouteIndex, type RouteIndex } from './missing.ts';
import { registerOpenApi } from './openapi.ts';
import { registerOperations } from './operations.ts';
import { createFailedAnswers, createResponder, type ErrorResponder } from './problem-answer.ts';
import { createProblemWriter, type ProblemWriter } from './problem-document.ts';
import { registerProblemPages } from './problem-pages.ts';
import { createRateLimits, type RateLimits } from './rate-limits.ts';
import { createClientErrorHandler } from './raw-answers.ts';
import { registerAccessLog, registerFirstHook, registerMediaTypeCheck } from './request-hooks.ts';
import type { RouteApp } from './route-app.ts';
import { machineHeaders, registerSecurityHeaders, securityHeaders } from './security-headers.ts';
import type { HttpServer, HttpServerOptions } from './server-options.ts';
import { registerSignInGuard } from './sign-in-guard.ts';
import { registerStaticPortal } from './static-portal.ts';
import { createTraceIds, type TraceIds } from './trace.ts';
import { tightenRoute, validatorCompiler } from './validation.ts';

interface AppParts {
  readonly writer: ProblemWriter;
  readonly respond: ErrorResponder;
  readonly traceIds: TraceIds;
}

function createApp({ config }: HttpServerOptions, { writer, respond, traceIds }: AppParts): RouteApp {
  const app = Fastify({
    logger: false,
    genReqId: (request) => traceIds.of(request.headers.traceparent),
    trustProxy: config.trustProxy.length === 0 ? false : [...config.trustProxy],
    bodyLimit: config.bodyLimitBytes,
    requestTimeout: config.requestTimeoutMs,
    connectionTimeout: config.idleTimeoutMs,
    keepAliveTimeout: config.keepAliveTimeoutMs,
    // Node looks for late clients every half a minute unless told.
    http: {
      headersTimeout: config.headersTimeoutMs,
      connectionsCheckingInterval: 1000,
      IncomingMessage: DirectMessage,
    },
    forceCloseConnections: 'idle',
    return503OnClosing: false,
    frameworkErrors: (error, request, reply) => respond(error, request, reply as unknown as FastifyReply),
    clientErrorHandler: createClientErrorHandler(writer, traceIds.next),
    routerOptions: { maxParamLength: 500 },
  });
  app.setValidatorCompiler(validatorCompiler);
  app.setErrorHandler((error, request, reply) => respond(error, request, reply));
  return app as unknown as RouteApp;
}

interface Guards {
  readonly index: RouteIndex;
  readonly limits: RateLimits;
  readonly headers: Parameters<typeof registerSecurityHeaders>[1];
}

async function registerGuards(app: RouteApp, options: HttpServerOptions, guards: Guards): Promise<void> {
  const { config, health, logger, metrics } = options;
  const { index, limits, headers } = guards;
  registerFirstHook(app as never, health);
  registerAccessLog(app as never, logger, metrics);
  registerSecurityHeaders(app as never, headers);
  await app.register(cookie, { hook: 'onRequest' });
  app.addHook('onRequest', limits.perAddress);
  app.addHook('onRequest', async (request, reply) => {
    if (!request.is404) return undefined;
    const problem = index.problemFor(request);
    const answered = answerOptions(request, reply, problem);
    if (answered) return answered;
    throw problem;
  });
  registerSignInGuard(app as never, { authenticator: options.authenticator, publicUrl: config.publicUrl });
  app.addHook('onRequest', limits.perAccount);
  registerMediaTypeCheck(app as never);
}

/** Lets direct routes take their usual requests before the framework sees them. */
function answerDirectly(server: RouteApp['server'], direct: DirectRoutes): void {
  const ordinary = server.listeners('request') as ((request: IncomingMessage, response: ServerResponse) => void)[];
  server.removeAllListeners('request');
  server.on('request', (request, response) => {
    if (request instanceof DirectMessage && direct.take(request, response)) return;
    for (const listener of ordinary) listener.call(server, request, response);
  });
}

/** How long a request may be under way on a connection that looks idle, in milliseconds. */
const ARRIVING_MS = 500;

/**
 * Takes no new connections, and ends when the last one has. Node would end idle connections at once; idle to it is a connection too whose
 * request is on its way or waits unread, and that client would see a reset after it had sent. So they live a little longer: what comes on
 * them is answered, as the last. The listener is closed right after waiting connections were taken, because the system resets the others.
 */
async function endConnections(server: RouteApp['server'], graceMs: number): Promise<void> {
  await new Promise((resolve) => setImmediate(resolve));
  const ended = new Promise<void>((resolve) => NetServer.prototype.close.call(server, () => resolve()));
  const idle = setInterval(() => server.closeIdleConnections(), Math.min(ARRIVING_MS, graceMs / 4));
  await ended;
  clearInterval(idle);
}

function serverOf(app: RouteApp, options: HttpServerOptions): HttpServer {
  const { config, health, logger } = options;
  const stop = async (): Promise<void> => {
    health.setDraining();
    if (app.server.listening && config.drainDelayMs > 0) await delay(config.drainDelayMs);
    const cut = setTimeout(() => {
      logger.warn({ graceMs: config.closeGraceMs }, 'requests were cut at shutdown');
      app.server.closeAllConnections();
    }, config.closeGraceMs);
    try {
      if (app.server.listening) await endConnections(app.server, config.closeGraceMs);
      await app.close();
    } finally {
      clearTimeout(cut);
    }
  };
  let stopping: Promise<void> | undefined;
  return {
    app,
    listen: () => app.listen({ host: config.host, port: config.port }),
    close: () => {
      stopping ??= stop();
      return stopping;
    },
  };
}

/**
 * An HTTP server on which systems mount their routes. Every error is answered as a problem (RFC 9457) in the reader's language;
 * bodies, times and rates are bounded; requests of cookie sessions are protected against forgery; `/healthz`, `/readyz`, `/metrics`,
 * `/api/openapi.json`, `/api/docs` and `/problems` are there already. Routes are mounted before `listen()` or the first `inject()`.
 *
 * @example
 * const server = await createHttpServer(options);
 * await licensing.routes(server.app);
 * console.log(await server.listen());
 */
export async function createHttpServer(options: HttpServerOptions): Promise<HttpServer> {
  const { config, messages, health, metrics, logger } = options;
  const problems = new Map<string, number>([...Object.entries(HTTP_PROBLEMS), ...options.problems]);
  const writer = createProblemWriter(messages, config.publicUrl);
  const traceIds = createTraceIds(options.random);
  const failed = createFailedAnswers({ logger, problems, writer });
  const app = createApp(options, { writer, respond: createResponder(failed), traceIds });
  const index = createRouteIndex();
  const limits = createRateLimits(config);
  const everywhere = securityHeaders(config.publicUrl);
  const headers = { everywhere, direct: machineHeaders(everywhere) };
  const direct = createDirectRoutes({
    ...{ health, logger, metrics, traceIds, failed, securityHeaders: headers.direct },
    addresses: limits.addresses,
    addressOf: clientAddresses(config.trustProxy),
    accepting: () => app.server.listening,
  });
  answerDirectly(app.server, direct);
  app.addHook('onRoute', (route) => {
    if (!route.config?.prompt) route.handlerTimeout ??= config.handlerTimeoutMs;
  });
  app.addHook('onRoute', tightenRoute);
  app.addHook('onRoute', index.add);
  app.addHook('onRoute', direct.add);
  registerJsonParser(app as never);
  await registerGuards(app, options, { index, limits, headers });
  await app.register(multipart, {
    throwFileSizeLimit: true,
    limits: { fileSize: config.bodyLimitBytes, files: 1, parts: 50, fieldSize: 65_536, headerPairs: 50 },
  });
  if (options.idempotency) registerIdempotency(app as never, options.idempotency, logger);
  await registerOpenApi(app, { ...options.openapi, publicUrl: config.publicUrl });
  registerOperations(app, { health, metrics, metricsToken: config.metricsToken });
  registerDocsPage(app, messages);
  registerProblemPages(app, { messages, problems, writer });
  if (options.static) await registerStaticPortal(app as never, options.static, index);
  return serverOf(app, options);
}
