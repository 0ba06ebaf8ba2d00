import type { System } from '@tra/platform-system';
import { config, type PkiConfig } from './config.ts';
import { problems } from './errors.ts';
import { mountPkiRoutes } from './routes.ts';
import { createPkiService, type PkiServices } from './service.ts';
import { createPkiStore } from './store.ts';

export type { PkiConfig } from './config.ts';
export { PkiSystemError, type PkiSystemErrorCode } from './errors.ts';
export type { IssuedCertificate, IssueInput, PkiServices } from './service.ts';

const refreshJob = 'pki.refresh_crls';

/**
 * The certification authority: a root and an issuing CA that are made once at the first start, certificates for time-stamping units
 * and document signers, CRLs that are current at every moment, all published under /pki.
 */
export const pki: System<PkiConfig, Record<never, never>, PkiServices> = {
  name: 'pki',
  root: new URL('..', import.meta.url),
  config,
  problems,
  create: (context) => {
    const service = createPkiService({ context, store: createPkiStore(context.database) });
    context.jobs.register({
      kind: refreshJob,
      handle: async () => {
        await service.currentCrls();
      },
    });
    context.health.addCheck('pki', async () => {
      await service.currentCrls();
    });
    return {
      services: service,
      routes: (app) => mountPkiRoutes(app, service),
      start: async () => {
        await service.start();
        const everyMs = Math.max(60_000, (context.config.crlRefreshMinutes * 60_000) / 2);
        context.jobs.schedule({ name: refreshJob, everyMs, kind: refreshJob, payload: {} });
      },
    };
  },
};
