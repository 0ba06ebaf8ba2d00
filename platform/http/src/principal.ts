import type { IncomingHttpHeaders } from 'node:http';
import type { Language, LocalizedText } from '@tra/kernel';
import type { FastifyRequest } from 'fastify';
import { httpProblem } from './errors.ts';

/** Who is asking. */
export interface Principal {
  readonly accountId: string;
  readonly displayName: LocalizedText;
  readonly roles: readonly string[];
  readonly agencyId?: string;
  readonly sessionId?: string;
  /** What unsafe requests of a cookie session must carry as `x-csrf-token`. */
  readonly csrfToken?: string;
  readonly method: 'session' | 'bearer';
}

/** Finds out who is asking. */
export interface Authenticator {
  /**
   * The principal of the request, undefined for nobody. Throws `http.session_expired` for a session that was valid and is
   * no longer; routes that need no sign-in are then served as to nobody.
   */
  authenticate(request: {
    readonly cookies: Readonly<Record<string, string | undefined>>;
    readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>;
  }): Promise<Principal | undefined>;
}

declare module 'fastify' {
  interface FastifyRequest {
    /** Who is asking; undefined for nobody. */
    principal?: Principal;
    /** Why {@link FastifyRequest.principal} is undefined although a session was shown. */
    signInProblem?: Error;
    /** The language to answer in. */
    language: Language;
    /** W3C trace id of this request: 32 hexadecimal digits, in logs, problems and the header `x-trace-id`. */
    traceId: string;
    /** SHA-256 of the body, only for requests with an Idempotency-Key. */
    bodyHash?: string;
  }
  interface FastifyContextConfig {
    /** Nobody is looked up for this route, and it is not counted against rate limits. */
    anonymous?: boolean;
    /** Unsafe requests from other sites are refused even without a session (sign-in itself). */
    sameOrigin?: boolean;
    /** Whether a request goes by limits of its own (those of a subscriber, say) and is not counted by its network address. */
    ownLimits?: (headers: IncomingHttpHeaders) => boolean;
    /** Never waits long by itself: the handler is given no time limit, which would cost each request about a tenth of its work. */
    prompt?: boolean;
  }
}

/**
 * The principal of `request`, who has one of `roles` (any role when none is named). Throws `http.sign_in_required`,
 * `http.session_expired` or `http.role_required`.
 */
export function requirePrincipal(request: FastifyRequest, ...roles: string[]): Principal {
  const { principal } = request;
  if (!principal) throw request.signInProblem ?? httpProblem('http.sign_in_required');
  if (roles.length > 0 && !roles.some((role) => principal.roles.includes(role)))
    throw httpProblem('http.role_required');
  return principal;
}
