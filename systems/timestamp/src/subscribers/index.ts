import type { RouteApp } from '@tra/platform-http';
import type { SystemContext } from '@tra/platform-system';
import type { TimestampConfig } from '../config.ts';
import { mountUsageRoutes } from '../usage/routes.ts';
import { createAdmissionDesk } from './admission.ts';
import type { Subscribers } from './context.ts';
import { createGate, type Gate, type Stamping } from './gate.ts';
import { mountKeyRoutes } from './key-routes.ts';
import { CHANGE_CHANNEL } from './keys.ts';
import { mountSubscriberRoutes } from './routes.ts';

/** Subscribers of the authority, and those who stamp without a key. */
export interface SubscriberDesk {
  readonly gate: Gate;
  routes(app: RouteApp): void;
  start(): Promise<void>;
  stop(): Promise<void>;
}

const flushMs = 1_000;

/** Makes what admits, counts and manages those who stamp. `shared`: whether the database of the context is there to be asked. */
export function createSubscriberDesk(
  context: SystemContext<TimestampConfig>,
  service: Stamping,
  { shared }: { readonly shared: boolean },
): SubscriberDesk {
  const { clock, config, database, logger, metrics, random } = context;
  const refusals = metrics.counter({
    name: 'tra_timestamp_refused_total',
    help: 'Requests for time-stamps refused because of a key, a quota or a rate, by reason.',
    labels: ['reason'],
  });
  const onRefused = (reason: string): void => refusals.inc({ reason });
  const onAway = (error: unknown): void =>
    logger.warn({ err: error }, 'the database is away: the daily quota of addresses is counted by this process alone');
  const desk = createAdmissionDesk({ database, clock, random, config, shared, onRefused, onAway });
  const subscribers: Subscribers = { context, desk };
  let timer: NodeJS.Timeout | undefined;
  let flushing: Promise<void> | undefined;
  let stopListening: (() => Promise<void>) | undefined;
  const flush = (): Promise<void> => {
    flushing ??= desk
      .flush()
      .catch((error: unknown) => logger.error({ err: error }, 'usage of time-stamping could not be written'))
      .finally(() => {
        flushing = undefined;
      });
    return flushing;
  };
  return {
    gate: createGate(desk, service, config),
    routes: (app) => {
      if (config.subscribers === 'off') return;
      mountSubscriberRoutes(app, subscribers);
      mountKeyRoutes(app, subscribers);
      mountUsageRoutes(app, subscribers);
    },
    start: async () => {
      if (shared && config.anonymousPerDay > 0) timer = setInterval(() => void flush(), flushMs).unref();
      if (config.subscribers === 'off') return;
      stopListening = await database.listen(CHANGE_CHANNEL, (id) => {
        desk.forget(id).catch((error: unknown) => logger.error({ err: error }, 'a quota could not be given back'));
      });
      timer ??= setInterval(() => void flush(), flushMs).unref();
    },
    stop: async () => {
      clearInterval(timer);
      await flushing;
      await stopListening?.();
      await desk.close();
    },
  };
}
