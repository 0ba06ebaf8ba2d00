import { httpProblem, type RouteApp } from '@tra/platform-http';
import type { Messages } from '@tra/platform-i18n';
import type { ValidationConfig } from './config.ts';
import { createGate } from './gate.ts';
import { Submitted, Validated } from './schemas.ts';
import type { ValidationServices } from './service.ts';
import { readSubmission } from './submission.ts';
import { withWords } from './words.ts';

/** What the routes need. */
export interface RouteParts {
  readonly config: ValidationConfig;
  readonly messages: Messages;
  readonly service: ValidationServices;
}

/** Mounts POST /api/v1/validations. */
export async function mountValidationRoutes(app: RouteApp, { config, messages, service }: RouteParts): Promise<void> {
  const gate = createGate(config.concurrentRequests);
  const schema: Record<string, unknown> = {
    summary: 'Judge signed documents',
    description:
      'Says of each document whether it is unchanged, who signed, when, and whether it still counts. A document that does not hold ' +
      'is an answer (200), not an error. Nothing that is sent is kept.',
    tags: ['validation'],
    security: [],
    consumes: ['multipart/form-data'],
    body: Submitted,
    response: { 200: Validated },
  };
  app.post('/api/v1/validations', { schema, config: routeConfig(config) }, async (request, reply) => {
    const { language } = request;
    const result = await gate.run(async () => service.validate(await readSubmission(request, config)));
    reply.header('cache-control', 'no-store').header('content-language', language).header('vary', 'Accept-Language');
    return { ...result, reports: result.reports.map((report) => withWords(report, messages, language)) };
  });
}

/** The limit of this route beside the general one: judging costs more than reading. */
function routeConfig({ requestsPerMinute }: ValidationConfig): Record<string, unknown> {
  if (requestsPerMinute === 0) return {};
  return {
    rateLimit: {
      max: requestsPerMinute,
      timeWindow: 60_000,
      errorResponseBuilder: (_request: unknown, { ttl }: { readonly ttl: number }) => {
        const seconds = Math.ceil(ttl / 1000);
        return httpProblem('http.rate_limited', { params: { seconds }, headers: { 'retry-after': String(seconds) } });
      },
    },
  };
}
