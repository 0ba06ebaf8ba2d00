import type { RouteApp } from '@tra/platform-http';
import { PolicyList, ValidationOptions } from './option-schemas.ts';
import { defaultPolicyKey, listPolicies } from './policies.ts';
import type { RouteParts } from './routes.ts';
import { maximumAnchors } from './sent-trust.ts';
import { maximumDetached } from './submission.ts';

/** Mounts what a form has to know before it asks anybody for a file: limits, policies, how long things are kept. */
export function mountOptionsRoute(app: RouteApp, { config }: RouteParts): void {
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
      policies: { names: listPolicies().map(({ key }) => key), default: defaultPolicyKey, uploads: true },
    };
  });
  const listSchema = {
    summary: 'Policies of this service',
    description:
      'The default one first. A policy says which checks of EN 319 102-1 are compulsory and which algorithms count until when. `sha256` names the ' +
      'very rules: a report carries it.',
    tags: ['validation'],
    security: [],
    response: { 200: PolicyList },
  };
  app.get('/api/v1/validations/policies', { schema: listSchema }, (_request, reply) => {
    reply.header('cache-control', 'public, max-age=300');
    return { default: defaultPolicyKey, items: listPolicies() };
  });
}
