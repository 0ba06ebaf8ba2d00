export type { FastifyReply as RouteReply, FastifyRequest as RouteRequest } from 'fastify';
export { defaultHttpSettings, type HttpConfig, type HttpSettings, httpConfig } from './config.ts';
export { type DirectAnswer, type DirectRequest, type DirectRoute, postDirect } from './direct.ts';
export {
  type FieldProblem,
  HTTP_PROBLEMS,
  type HttpErrorCode,
  HttpProblem,
  type HttpProblemOptions,
  httpProblem,
} from './errors.ts';
export { etagOf, requireIfMatch } from './etag.ts';
export { type Html, html, pageOf } from './html.ts';
export type { IdempotencyClaim, IdempotencyStore, StoredAnswer } from './idempotency.ts';
export { createIdempotencyStore, type IdempotencyStoreOptions, migrations } from './idempotency-store.ts';
export { networkOf } from './network.ts';
export { type Authenticator, type Principal, requirePrincipal } from './principal.ts';
export type { RouteApp } from './route-app.ts';
export {
  CalendarDate,
  Localized,
  list,
  Money,
  PageQuery,
  ProblemSchema,
  page,
  Sha256,
  Timestamp,
  Uuid,
} from './schemas.ts';
export { createHttpServer } from './server.ts';
export type { HttpServer, HttpServerOptions } from './server-options.ts';
