import type { System } from '@tra/platform-system';
import type { LogConfig } from './config.ts';
import { manifest } from './manifest.ts';
import { startMeter } from './meter.ts';
import type { LogPorts } from './ports.ts';
import { mountLogRoutes } from './routes.ts';
import { createLogService, type LogServices } from './service.ts';

export type { LogConfig } from './config.ts';
export { LogSystemError, type LogSystemErrorCode } from './errors.ts';
export type { LogPorts } from './ports.ts';
export type { EntryProof, LogServices, PublishedEntry, WitnessStatus } from './service.ts';

/**
 * The public log: gives logged entries their places, signs checkpoints, and publishes tiles, proofs and the cosignatures of
 * witnesses.
 */
export const log: System<LogConfig, LogPorts, LogServices> = {
  ...manifest,
  create: (context, ports) => {
    const service = createLogService(context, ports);
    let stopMeter: () => void = () => {};
    context.health.addCheck('log', () => service.checkHealth());
    return {
      services: service,
      routes: (app) => mountLogRoutes(app, service),
      start: async () => {
        await service.sequencer.start();
        stopMeter = startMeter(context, service.sequencer);
      },
      stop: async () => {
        stopMeter();
        await service.sequencer.stop();
      },
    };
  },
};
