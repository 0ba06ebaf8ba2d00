import type { Sequencer } from '@tra/platform-log';
import type { SystemContext } from '@tra/platform-system';

const EVERY_MS = 5_000;

/** Keeps the figures of the log in the metrics of this process; returns the way to stop. */
export function startMeter(
  { metrics, clock, logger }: Pick<SystemContext<unknown>, 'metrics' | 'clock' | 'logger'>,
  sequencer: Sequencer,
): () => void {
  const entries = metrics.gauge({ name: 'tra_log_entries', help: 'Entries of the public log.' });
  const published = metrics.gauge({ name: 'tra_log_published_entries', help: 'Entries under the newest checkpoint.' });
  const waiting = metrics.gauge({ name: 'tra_log_waiting_entries', help: 'Entries that wait for their place.' });
  const lag = metrics.gauge({ name: 'tra_log_lag_seconds', help: 'How long the oldest of them waits.' });
  const measure = async (): Promise<void> => {
    const status = await sequencer.status();
    entries.set(status.size);
    published.set(status.published);
    waiting.set(status.waiting);
    lag.set(status.oldest ? Math.max(0, (clock.now().getTime() - status.oldest.getTime()) / 1_000) : 0);
  };
  const timer = setInterval(() => {
    measure().catch((error: unknown) => logger.debug({ err: error }, 'public log was not measured'));
  }, EVERY_MS);
  timer.unref();
  return () => clearInterval(timer);
}
