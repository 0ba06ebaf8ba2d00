import type { System } from '@tra/platform-system';
import { config, type ValidationConfig } from './config.ts';
import { problems } from './errors.ts';
import type { ValidationPorts } from './ports.ts';
import { mountValidationRoutes } from './routes.ts';
import { createValidationService, type ValidationServices } from './service.ts';

export type { ValidationConfig } from './config.ts';
export { ValidationError, type ValidationErrorCode } from './errors.ts';
export type { ServiceReport } from './judge.ts';
export type { CarriedXml, StructureResult } from './judging/judge-document.ts';
export { type LocalOptions, type LocalValidation, openLocalValidation } from './local.ts';
export { type ChosenPolicy, type PolicyFacts, policyNamed, readUploadedPolicy } from './policies.ts';
export type { Licences, Schemas, Trust, TrustListSnapshot, ValidationPorts } from './ports.ts';
export { csvHeader, csvRow } from './result-table.ts';
export type { Submission, ValidationResult, ValidationServices } from './service.ts';
export { registeredStructures, type StructureRelease } from './structures.ts';
export type { DetachedPart, SubmittedFile } from './submission.ts';
export { readCertificates, readUploadedTrust, type UploadedList, type UploadedTrust } from './uploaded-trust.ts';
export { localize, localizeParams, withWords } from './words.ts';

/**
 * e-Document Validation: anyone sends a signed document and learns whether it is unchanged, who signed, when, and whether it still
 * counts, with every reason in words. A few documents are answered at once and nothing of them is stored; batches are judged by jobs and deleted after a stated time.
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
      routes: (app) => {
        const { config, messages } = context;
        return mountValidationRoutes(app, { config, messages, service, now: () => context.clock.now() });
      },
      start: () => service.start(),
      stop: () => service.stop(),
    };
  },
};
