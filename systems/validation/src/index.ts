import type { System } from '@tra/platform-system';
import type { ValidationConfig } from './config.ts';
import { manifest } from './manifest.ts';
import type { ValidationPorts } from './ports.ts';
import { createReportMaker } from './reports/maker.ts';
import { mountValidationRoutes } from './routes.ts';
import { createValidationService, type ValidationServices } from './service.ts';

export type { ValidationConfig } from './config.ts';
export { ValidationError, type ValidationErrorCode } from './errors.ts';
export type { ServiceReport } from './judge.ts';
export type { CarriedXml, StructureResult } from './judging/judge-document.ts';
export { type LocalOptions, type LocalValidation, openLocalValidation } from './local.ts';
export { type ChosenPolicy, type PolicyFacts, policyNamed, readUploadedPolicy } from './policies.ts';
export type { Licences, ReportSigner, Schemas, Trust, TrustListSnapshot, ValidationPorts } from './ports.ts';
export {
  isReportFormat,
  type ReportFacts,
  type ReportFormat,
  reportFileName,
  reportFormats,
} from './reports/formats.ts';
export {
  createReportMaker,
  type MadeReport,
  type ReportMaker,
  type ReportParts,
  type ReportSubject,
} from './reports/maker.ts';
export { type ReplayLimits, replay, type StatedVerdict } from './reports/replay.ts';
export { type ReplayAnswer, replayAnswer } from './reports/replay-route.ts';
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
  ...manifest,
  create: (context, ports) => {
    const service = createValidationService(context, ports);
    return {
      services: service,
      routes: (app) => {
        const { clock, config, messages } = context;
        const reports = createReportMaker({ messages, clock, ...(ports.signer ? { signer: ports.signer } : {}) });
        return mountValidationRoutes(app, { config, messages, reports, service, now: () => clock.now() });
      },
      start: () => service.start(),
      stop: () => service.stop(),
    };
  },
};
