import type { System } from '@tra/platform-system';
import type { TrustListConfig } from './config.ts';
import type { TrustListCore } from './core.ts';
import { manifest } from './manifest.ts';
import type { TrustListPorts } from './ports.ts';
import { mountTrustListRoutes } from './routes.ts';
import { createTrustListService, type TrustListServices } from './service.ts';

export type { TrustListConfig } from './config.ts';
export { TrustListSystemError, type TrustListSystemErrorCode } from './errors.ts';
export type { ForeignList } from './foreign/foreign-lists.ts';
export type { NationalService, ServiceKind, TrustListPorts } from './ports.ts';
export type { PublishedList, TrustListServices } from './service.ts';

const REFRESH_JOB = 'trust-list.refresh';
const FOREIGN_JOB = 'trust-list.foreign';

/**
 * The trusted list of the national services (ETSI TS 119 612): signed, numbered, logged, published at /pki/trusted-list.xml, renewed by itself when a
 * service changes or half of its time is over. The platform's own validator takes its trust anchors out of it.
 */
export const trustList: System<TrustListConfig, TrustListPorts, TrustListServices> = {
  ...manifest,
  create: (context, ports) => {
    const core: TrustListCore = { context, ports };
    const service = createTrustListService(core);
    context.jobs.register({ kind: REFRESH_JOB, handle: () => service.refresh() });
    context.jobs.register({ kind: FOREIGN_JOB, timeoutMs: 1_800_000, handle: () => service.updateForeign() });
    context.health.addCheck('trust-list', async () => {
      await service.current();
    });
    return {
      services: service,
      routes: async (app) => mountTrustListRoutes(app, service),
      start: async () => {
        await service.refresh();
        context.jobs.schedule({ name: REFRESH_JOB, everyMs: 300_000, kind: REFRESH_JOB, payload: {} });
        const everyMs = context.config.listRefreshHours * 3_600_000;
        context.jobs.schedule({ name: FOREIGN_JOB, everyMs, kind: FOREIGN_JOB, payload: {} });
      },
    };
  },
};
