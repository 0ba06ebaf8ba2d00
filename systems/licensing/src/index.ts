import type { System } from '@tra/platform-system';
import { loadAddresses } from './addresses.ts';
import type { LicensingConfig } from './config.ts';
import { ISSUE_JOB, type Licensing } from './context.ts';
import { createDocumentMaker } from './document/document-maker.ts';
import { manifest } from './manifest.ts';
import type { LicensingPorts } from './ports.ts';
import { mountRoutes } from './routes.ts';
import { issueLicence } from './service/issue.ts';
import { findStatusByDocument, getPublicLicence, type LicenceStatus, statusOf } from './service/licences.ts';
import { createServiceRegistry, loadDefinitions } from './services.ts';

export type { LicensingConfig } from './config.ts';
export { LicensingError, type LicensingErrorCode } from './errors.ts';
export type { AccountNames, DocumentSigner, LicensingPorts } from './ports.ts';
export type { LicenceStatus, LicenceStatusName } from './service/licences.ts';

/** What other systems may ask of licensing. */
export interface LicensingServices {
  /**
   * The status now of the licence that a document belongs to, by its digest or else by the public id in its XML; in the
   * second case `documentSha256` is that of the document as it was issued. Undefined when it belongs to no licence.
   */
  findByDocument(sha256: string, embeddedXml?: Uint8Array): Promise<LicenceStatus | undefined>;
  /** The status now of the licence behind a public link. Throws `licensing.licence_unknown`. */
  publicLicence(publicId: string): Promise<LicenceStatus>;
}

/** e-Licensing: services as data, applications, decisions, licences as signed documents, their public status. */
export const licensing: System<LicensingConfig, LicensingPorts, LicensingServices> = {
  ...manifest,
  async create(context, ports) {
    const { audit, blobs, clock, database, jobs, logger, messages, metrics, random, server } = context;
    const parts: Licensing = {
      audit,
      blobs,
      clock,
      config: context.config,
      database,
      jobs,
      logger,
      messages,
      metrics,
      random,
      server,
      addresses: loadAddresses(),
      documents: await createDocumentMaker(messages),
      ports,
      services: createServiceRegistry(loadDefinitions()),
    };
    jobs.register({
      kind: ISSUE_JOB,
      maxAttempts: 20,
      concurrency: 2,
      timeoutMs: 60_000,
      handle: async (payload) => {
        await issueLicence(parts, caseIdOf(payload));
      },
    });
    return {
      services: {
        findByDocument: (sha256, xml) => findStatusByDocument(parts, sha256, xml),
        publicLicence: async (publicId) => statusOf(await getPublicLicence(parts, publicId)),
      },
      routes: (app) => mountRoutes(app, parts),
    };
  },
};

function caseIdOf(payload: unknown): string {
  const { caseId } = (payload ?? {}) as { caseId?: unknown };
  if (typeof caseId !== 'string') throw new TypeError('the job names no case');
  return caseId;
}
