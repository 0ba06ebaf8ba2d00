import type { System } from '@tra/platform-system';
import { config, type ValidationConfig } from './config.ts';
import { problems } from './errors.ts';
import type { ValidationPorts } from './ports.ts';
import { mountValidationRoutes } from './routes.ts';
import { createValidationService, type ValidationServices } from './service.ts';

export type { ValidationConfig } from './config.ts';
export { ValidationError, type ValidationErrorCode } from './errors.ts';
export type { Licences, Trust, ValidationPorts } from './ports.ts';
export type { ValidationResult, ValidationServices } from './service.ts';
export type { Submission, SubmittedFile } from './submission.ts';
export { localize, localizeParams, withWords } from './words.ts';

/**
 * e-Document Validation: anyone sends a signed document and learns whether it is unchanged, who signed, when, and whether it still
 * counts, with every reason in words. Nothing is stored.
 */
export const validation: System<ValidationConfig, ValidationPorts, ValidationServices> = {
  name: 'validation',
  root: new URL('..', import.meta.url),
  config,
  problems,
  create: (context, ports) => {
    const service = createValidationService(context, ports);
    return {
      services: service,
      routes: (app) => mountValidationRoutes(app, { config: context.config, messages: context.messages, service }),
    };
  },
};
