import type { System } from '@tra/platform-system';
import { VALIDATE_JOB } from './acme/authorizations.ts';
import { ISSUE_JOB, issueOrder } from './acme/finalize.ts';
import { sweepNonces } from './acme/nonces.ts';
import { mountAcme } from './acme/routes.ts';
import { validateChallenge } from './acme/validate-challenge.ts';
import type { EnrolmentConfig } from './config.ts';
import type { Enrolment } from './context.ts';
import { mountCredentialRoutes } from './credentials/routes.ts';
import { mountEst } from './est/routes.ts';
import { manifest } from './manifest.ts';
import type { EnrolmentPorts } from './ports.ts';

export type { EnrolmentConfig } from './config.ts';
export { EnrolmentError, type EnrolmentErrorCode } from './errors.ts';
export type {
  CertificateAuthority,
  CertificateOrder,
  EnrolledCertificate,
  EnrolmentPorts,
  NameInCertificate,
} from './ports.ts';

/** What enrolment offers to other systems: nothing yet. */
export type EnrolmentServices = Readonly<Record<string, never>>;

const SWEEP_JOB = 'enrolment.sweep';

/** Automatic enrolment: ACME (RFC 8555) for servers, EST (RFC 7030) for devices, and the credentials that registrars hand out. */
export const enrolment: System<EnrolmentConfig, EnrolmentPorts, EnrolmentServices> = {
  ...manifest,
  create: (context, ports) => {
    const shared: Enrolment = { context, ports };
    context.jobs.register<{ challenge: string }>({
      kind: VALIDATE_JOB,
      handle: ({ challenge }, job) => validateChallenge(shared, challenge, job),
    });
    context.jobs.register<{ order: string }>({ kind: ISSUE_JOB, handle: ({ order }) => issueOrder(shared, order) });
    context.jobs.register({ kind: SWEEP_JOB, handle: () => sweepNonces(shared) });
    return {
      services: {},
      routes: async (app) => {
        if (context.config.acme !== 'off') await mountAcme(app, shared);
        if (context.config.est === 'on') await mountEst(app, shared);
        mountCredentialRoutes(app, shared);
      },
      start: async () => context.jobs.schedule({ name: SWEEP_JOB, everyMs: 600_000, kind: SWEEP_JOB, payload: {} }),
    };
  },
};
