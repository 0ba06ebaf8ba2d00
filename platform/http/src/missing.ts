import type { FastifyReply, FastifyRequest, RouteOptions } from 'fastify';
import { type HttpProblem, httpProblem } from './errors.ts';

interface KnownRoute {
  readonly pattern: RegExp;
  readonly methods: readonly string[];
}

function patternOf(url: string): RegExp {
  const source = url
    .split('/')
    .map((segment) => (segment.startsWith(':') ? '[^/]+' : segment.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')))
    .join('/');
  return new RegExp(`^${source}$`);
}

function areaOf(path: string): string {
  return path.split('/', 2)[1] ?? '';
}

/** Knows which methods each path has, to tell a wrong method from a wrong path. */
export interface RouteIndex {
  add(route: RouteOptions): void;
  /** Whether `path` lies below something that has routes, so that it is no page of the portal. */
  owns(path: string): boolean;
  /** What to answer for a request that no route took: 405 with `Allow` when its path has other methods, else 404. */
  problemFor(request: FastifyRequest): HttpProblem;
}

/** An index without routes. Routes that take every path (`*`) are not counted. */
export function createRouteIndex(): RouteIndex {
  const routes: KnownRoute[] = [];
  const areas = new Set<string>();
  const allowed = (path: string): string[] => {
    const methods = routes.filter((route) => route.pattern.test(path)).flatMap((route) => route.methods);
    return [...new Set(methods)].sort();
  };
  return {
    add: (route) => {
      if (route.url.includes('*')) return;
      routes.push({ pattern: patternOf(route.url), methods: [route.method].flat() });
      areas.add(areaOf(route.url));
    },
    owns: (path) => areas.has(areaOf(path)),
    problemFor: (request) => {
      const path = request.url.split('?', 1)[0] ?? '/';
      const methods = allowed(path);
      if (methods.length === 0) return httpProblem('http.not_found');
      const allow = methods.join(', ');
      return httpProblem('http.method_not_allowed', { params: { allow }, headers: { allow } });
    },
  };
}

/** Answers OPTIONS for a path with routes; undefined when the request is something else. */
export function answerOptions(
  request: FastifyRequest,
  reply: FastifyReply,
  problem: HttpProblem,
): FastifyReply | undefined {
  if (request.method !== 'OPTIONS' || problem.code !== 'http.method_not_allowed') return undefined;
  return reply.code(204).header('allow', `${problem.headers.allow}, OPTIONS`).send();
}
