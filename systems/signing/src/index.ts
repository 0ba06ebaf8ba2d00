import type { System } from '@tra/platform-system';
import type { SigningConfig } from './config.ts';
import { manifest } from './manifest.ts';
import type { SigningPorts } from './ports.ts';
import { createSigningService, type SigningServices } from './service.ts';
import { createSigningStore } from './store.ts';

export type { SigningConfig } from './config.ts';
export { SigningError, type SigningErrorCode } from './errors.ts';
export type { Certificates, Revocation, SigningPorts, Timestamper } from './ports.ts';
export type { SigningServices, SignRequest } from './service.ts';

const renewJob = 'signing.renew';

/**
 * Signs documents as PAdES-B-T with a key of its own: certified by the CA behind the port `certificates` at the first start, renewed
 * before it expires, time-stamped by the port `timestamper`, with the current CRLs inside.
 */
export const signing: System<SigningConfig, SigningPorts, SigningServices> = {
  ...manifest,
  create: (context, ports) => {
    const store = createSigningStore(context.database);
    const service = createSigningService({ context, store, certificates: ports.certificates }, ports);
    context.jobs.register({ kind: renewJob, handle: () => service.refresh() });
    context.health.addCheck('signing', async () => {
      await service.chain();
    });
    return {
      services: service,
      start: async () => {
        await service.refresh();
        context.jobs.schedule({ name: renewJob, everyMs: 3_600_000, kind: renewJob, payload: {} });
      },
    };
  },
};
