import type { System } from '@tra/platform-system';
import { createAuthorityRegistry } from './authorities/registry.ts';
import type { PkiConfig } from './config.ts';
import type { PkiCore } from './core.ts';
import { manifest } from './manifest.ts';
import { createOcspService } from './ocsp/responder-service.ts';
import { mountOcspRoutes } from './ocsp/routes.ts';
import { createStatusSource } from './ocsp/status-source.ts';
import { createPolicyKeeper, type PolicyKeeper } from './policies/policies.ts';
import type { PkiPorts } from './ports.ts';
import { remindOfExpiry } from './requests/expiry.ts';
import { FULFIL_JOB, fulfilRequest } from './requests/fulfil.ts';
import { mountAuthorityRoutes } from './routes/authority-routes.ts';
import { mountCertificateRoutes } from './routes/certificate-routes.ts';
import { mountPolicyRoutes } from './routes/policy-routes.ts';
import { mountPublicationRoutes } from './routes/publication-routes.ts';
import { mountRequestRoutes } from './routes/request-routes.ts';
import { mountStatusRoutes } from './routes/status-routes.ts';
import { createPkiService, type PkiService, type PkiServices } from './service.ts';
import { PUBLISH_JOB, publishPending } from './status/revocation-lists.ts';

export type { Authority, CertifiedAuthority, IssuerDigest } from './authorities/authority.ts';
export type { IssuerHashes } from './authorities/registry.ts';
export type { Enrolment, EnrolmentProfile, EnrolmentRequest } from './certificates/enrolment.ts';
export type { IssuedCertificate } from './certificates/issue.ts';
export type { ManyItem } from './certificates/issue-many.ts';
export type { PkiConfig } from './config.ts';
export { PkiSystemError, type PkiSystemErrorCode } from './errors.ts';
export type { PlatformFacts } from './policies/facts.ts';
export type { AccountNames, PkiPorts } from './ports.ts';
export type { PublishedAuthority, PublishedCrl } from './publications.ts';
export type { IssueInput, PkiServices } from './service.ts';
export type { CertificateStatus } from './status/status-of.ts';
export type { AuthorityKind, AuthorityState } from './store/tables.ts';

const refreshJob = 'pki.refresh_crls';
const remindJob = 'pki.remind_of_expiry';

/**
 * The certification authorities: a root and an issuing CA that are made at the first start (or an offline root), more of them later,
 * certificates that are stored before they are released, CRLs that are current at every moment, all published under /pki.
 */
export const pki: System<PkiConfig, PkiPorts, PkiServices> = {
  ...manifest,
  create: (context, ports) => {
    const core: PkiCore = { context, authorities: createAuthorityRegistry(context) };
    const service = createPkiService(core);
    const ocsp = createOcspService(core, createStatusSource(core));
    const policies = createPolicyKeeper(core, ports);
    registerJobs(core, service, policies);
    context.health.addCheck('pki', () => service.checkReady());
    return {
      services: service,
      routes: async (app) => {
        mountPublicationRoutes(app, service);
        mountPolicyRoutes(app, core);
        mountRequestRoutes(app, { core, ports });
        mountCertificateRoutes(app, { core, ports });
        mountAuthorityRoutes(app, { core, ports });
        await mountStatusRoutes(app, { core, ports });
        await mountOcspRoutes(app, ocsp, context);
      },
      start: async () => {
        await service.start();
        await policies.start();
        await ocsp.start();
        const everyMs = Math.max(60_000, (context.config.crlRefreshMinutes * 60_000) / 2);
        context.jobs.schedule({ name: refreshJob, everyMs, kind: refreshJob, payload: {} });
        context.jobs.schedule({ name: remindJob, everyMs: 6 * 3_600_000, kind: remindJob, payload: {} });
      },
      stop: async () => {
        service.stop();
        await ocsp.stop();
      },
    };
  },
};

function registerJobs(core: PkiCore, service: PkiService, policies: PolicyKeeper): void {
  const { jobs } = core.context;
  jobs.register({
    kind: refreshJob,
    handle: async () => {
      await service.refresh();
      await policies.refresh();
    },
  });
  jobs.register({
    kind: remindJob,
    handle: async () => {
      await remindOfExpiry(core);
    },
  });
  jobs.register({
    kind: FULFIL_JOB,
    maxAttempts: 20,
    timeoutMs: 60_000,
    handle: async (payload: unknown) => {
      const { id } = payload as { readonly id: string };
      await fulfilRequest(core, id);
    },
  });
  jobs.register({
    kind: PUBLISH_JOB,
    timeoutMs: 120_000,
    handle: async (payload: unknown) => {
      const { authority } = payload as { readonly authority: string };
      await publishPending(core, authority);
    },
  });
}
