import type { System } from '@tra/platform-system';
import type { TimestampConfig } from './config.ts';
import { manifest } from './manifest.ts';
import type { TimestampPorts } from './ports.ts';
import { mountPracticeRoutes } from './practice/routes.ts';
import { mountTimestampRoutes } from './routes.ts';
import { createTimestampService, type TimestampServices } from './service.ts';
import { createTimestampStore } from './store.ts';
import { createSubscriberDesk } from './subscribers/index.ts';
import { mountAuthorityRoutes } from './verification/authority-routes.ts';
import { mountVerificationRoutes } from './verification/routes.ts';

export type { TimestampConfig } from './config.ts';
export { TimestampSystemError, type TimestampSystemErrorCode } from './errors.ts';
export type {
  Certificates,
  ClockFacts,
  PracticeFacts,
  StandaloneUnits,
  TimeKeeper,
  TimestampPorts,
} from './ports.ts';
export type { RecordReport } from './records.ts';
export type { TimestampServices } from './service.ts';
export type { TokenLogReport } from './token-log.ts';

/**
 * e-Timestamp: an RFC 3161 authority over HTTP whose every token is on record before it leaves. Its units are certified by the CA behind the
 * port `certificates` and follow one another; while the time cannot be vouched for, or without a valid certificate, it refuses.
 */
export const timestamp: System<TimestampConfig, TimestampPorts, TimestampServices> = {
  ...manifest,
  create: (context, ports) => {
    const service = createTimestampService({ context, store: createTimestampStore(context.database), ports });
    const desk = createSubscriberDesk(context, service, { shared: ports.standalone === undefined });
    context.health.addCheck('timestamp', () => service.checkReady());
    return {
      services: service,
      // With records in files it stamps on when the database is away.
      needs: ['keys', 'clock', ...(context.config.records === 'database' ? ['database'] : [])],
      routes: async (app) => {
        await mountTimestampRoutes(app, service, desk.gate);
        desk.routes(app);
        const { certificates } = ports;
        mountVerificationRoutes(app, { service, certificates, now: () => context.clock.now() }, context.messages);
        mountAuthorityRoutes(app, { context, service, ports });
        const { config, server } = context;
        mountPracticeRoutes(app, { config, server, facts: ports.practice ?? { keysInToken: false } });
      },
      start: async () => {
        await desk.start();
        await service.start();
      },
      stop: async () => {
        await desk.stop();
        await service.stop();
      },
    };
  },
};
