import { timingSafeEqual } from 'node:crypto';
import { CodedError } from '@tra/kernel';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { httpProblem } from './errors.ts';
import { type Authenticator, type Principal, requirePrincipal } from './principal.ts';

const safeMethods = new Set(['GET', 'HEAD', 'OPTIONS', 'TRACE']);

/** Whether requests of `method` change something (RFC 9110 section 9.2.1). */
export function isUnsafe(method: string): boolean {
  return !safeMethods.has(method);
}

function fromOurPages(request: FastifyRequest, publicUrl: string): boolean {
  const site = request.headers['sec-fetch-site'];
  if (site !== undefined) return site === 'same-origin' || site === 'none';
  const { origin } = request.headers;
  if (origin === undefined) return true;
  return origin === new URL(publicUrl).origin || origin === `${request.protocol}://${request.host}`;
}

function sameToken(expected: string | undefined, given: unknown): boolean {
  if (expected === undefined || typeof given !== 'string') return false;
  const left = Buffer.from(expected);
  const right = Buffer.from(given);
  return left.length === right.length && timingSafeEqual(left, right);
}

/**
 * Refuses unsafe requests that another site may have made a browser send: with a cookie session they must come from our own
 * pages and carry the session's token; routes marked `sameOrigin` must come from our pages even without a session.
 */
export function checkCrossSite(request: FastifyRequest, principal: Principal | undefined, publicUrl: string): void {
  if (!isUnsafe(request.method)) return;
  const session = principal?.method === 'session';
  if (!session && !request.routeOptions.config.sameOrigin) return;
  if (!fromOurPages(request, publicUrl)) throw httpProblem('http.csrf_invalid');
  if (session && !sameToken(principal?.csrfToken, request.headers['x-csrf-token'])) {
    if (!request.routeOptions.config.sameOrigin) throw httpProblem('http.csrf_invalid');
  }
}

async function lookUp(request: FastifyRequest, authenticator: Authenticator): Promise<Principal | undefined> {
  try {
    return await authenticator.authenticate({ cookies: request.cookies, headers: request.headers });
  } catch (error) {
    if (!(error instanceof CodedError) || error.code !== 'http.session_expired') throw error;
    request.signInProblem = httpProblem('http.session_expired');
    return undefined;
  }
}

function needsSignIn(request: FastifyRequest): boolean {
  const security = (request.routeOptions.schema as { security?: readonly object[] } | undefined)?.security;
  return security !== undefined && security.length > 0 && security.every((way) => Object.keys(way).length > 0);
}

/**
 * Finds out who is asking before anything of the body is read, and refuses forged requests. Routes whose schema states `security`
 * are closed to nobody-in-particular here already.
 */
export function registerSignInGuard(
  app: FastifyInstance,
  options: { readonly authenticator?: Authenticator | undefined; readonly publicUrl: string },
): void {
  const { authenticator, publicUrl } = options;
  app.addHook('onRequest', async (request, reply) => {
    if (request.is404 || request.routeOptions.config.anonymous) return;
    const principal = authenticator ? await lookUp(request, authenticator) : undefined;
    if (principal) {
      request.principal = principal;
      // What one person may see is kept by nobody on the way, unless the route says otherwise.
      reply.header('cache-control', 'no-store');
    }
    if (needsSignIn(request)) requirePrincipal(request);
    checkCrossSite(request, principal, publicUrl);
  });
}
