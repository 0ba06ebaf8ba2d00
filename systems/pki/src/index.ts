import type { System } from '@tra/platform-system';
import { createAuthorityRegistry } from './authorities/registry.ts';
import { config, type PkiConfig } from './config.ts';
import type { PkiCore } from './core.ts';
import { problems } from './errors.ts';
import { createOcspService } from './ocsp/responder-service.ts';
import { mountOcspRoutes } from './ocsp/routes.ts';
import { createStatusSource } from './ocsp/status-source.ts';
import { mountPublicationRoutes } from './routes/publication-routes.ts';
import { createPkiService, type PkiServices } from './service.ts';

export type { Authority, CertifiedAuthority, IssuerDigest } from './authorities/authority.ts';
export type { IssuerHashes } from './authorities/registry.ts';
export type { Enrolment, EnrolmentProfile, EnrolmentRequest } from './certificates/enrolment.ts';
export type { IssuedCertificate } from './certificates/issue.ts';
export type { PkiConfig } from './config.ts';
export { PkiSystemError, type PkiSystemErrorCode } from './errors.ts';
export type { PublishedAuthority, PublishedCrl } from './publications.ts';
export type { IssueInput, PkiServices } from './service.ts';
export type { CertificateStatus } from './status/status-of.ts';
export type { AuthorityKind, AuthorityState } from './store/tables.ts';

const refreshJob = 'pki.refresh_crls';

/**
 * The certification authorities: a root and an issuing CA that are made at the first start (or an offline root), more of them later,
 * certificates that are stored before they are released, CRLs that are current at every moment, all published under /pki.
 */
export const pki: System<PkiConfig, Record<never, never>, PkiServices> = {
  name: 'pki',
  root: new URL('..', import.meta.url),
  config,
  problems,
  create: (context) => {
    const core: PkiCore = { context, authorities: createAuthorityRegistry(context) };
    const service = createPkiService(core);
    const ocsp = createOcspService(core, createStatusSource(core));
    context.jobs.register({ kind: refreshJob, handle: () => service.refresh() });
    context.health.addCheck('pki', () => service.checkReady());
    return {
      services: service,
      routes: async (app) => {
        mountPublicationRoutes(app, service);
        await mountOcspRoutes(app, ocsp, context);
      },
      start: async () => {
        await service.start();
        await ocsp.start();
        const everyMs = Math.max(60_000, (context.config.crlRefreshMinutes * 60_000) / 2);
        context.jobs.schedule({ name: refreshJob, everyMs, kind: refreshJob, payload: {} });
      },
      stop: () => ocsp.stop(),
    };
  },
};
