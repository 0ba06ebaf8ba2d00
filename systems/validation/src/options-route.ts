import type { RouteApp } from '@tra/platform-http';
import { defaultPolicy } from '@tra/signature';
import type { RouteParts } from './routes.ts';
import { ValidationOptions } from './schemas.ts';
import { maximumAnchors, maximumDetached } from './submission.ts';

/** Mounts what a form has to know before it asks anybody for a file: limits, policies, how long things are kept. */
export function mountOptionsRoute(app: RouteApp, { config, policies }: RouteParts): void {
  const schema = {
    summary: 'What can be asked for, and within which limits',
    description: 'Sizes are bytes. The same for everybody; may be cached for some minutes.',
    tags: ['validation'],
    security: [],
    response: { 200: ValidationOptions },
  };
  app.get('/api/v1/validations/options', { schema }, (_request, reply) => {
    reply.header('cache-control', 'public, max-age=300');
    return {
      limits: {
        files: config.maximumFiles,
        fileBytes: config.maximumFileBytes,
        detachedFiles: maximumDetached,
        detachedBytes: config.maximumDetachedBytes,
        trustedCertificates: maximumAnchors,
        batchFiles: config.maximumBatchFiles,
        batchBytes: config.maximumBatchBytes,
        archiveBytes: config.maximumArchiveBytes,
      },
      retention: { keepDays: config.keepDays, batchHours: config.batchHours },
      policies: { names: policies.names(), default: defaultPolicy.name, uploads: policies.read !== undefined },
    };
  });
}
