import type { FastifyRequest } from 'fastify';
import { httpProblem } from './errors.ts';

/** Strong entity tag (RFC 9110 section 8.8.3) of a resource in its `version`: `"7"`. */
export function etagOf(version: number): string {
  return `"${version}"`;
}

/**
 * Makes sure that the client saw `version` before changing it (RFC 9110 section 13.1.1). Throws `http.precondition_required`
 * without an `If-Match` and `http.precondition_failed` when it names other versions only. `*` matches any version.
 */
export function requireIfMatch(request: FastifyRequest, version: number): void {
  const header = request.headers['if-match'];
  if (header === undefined || header.trim() === '') throw httpProblem('http.precondition_required');
  const tags = header.split(',').map((tag) => tag.trim());
  if (!tags.includes('*') && !tags.includes(etagOf(version))) throw httpProblem('http.precondition_failed');
}
