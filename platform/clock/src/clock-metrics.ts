import type { Metrics } from '@tra/platform-telemetry';
import type { ClockEvent, ClockState } from './supervised-clock.ts';

const states: readonly ClockState[] = ['unsupervised', 'in-sync', 'soon-out', 'out', 'unknown'];

/**
 * Metrics of a supervised clock, to be handed to it as `heard`: `tra_clock_state`, `tra_clock_accuracy_seconds`,
 * `tra_clock_source_offset_seconds`, `tra_clock_source_failures_total`, `tra_clock_jumps_total`.
 */
export function clockMetrics(metrics: Metrics): (event: ClockEvent) => void {
  const state = metrics.gauge({
    name: 'tra_clock_state',
    help: 'State of the clock: 1 for the one it is in',
    labels: ['state'],
  });
  const accuracy = metrics.gauge({
    name: 'tra_clock_accuracy_seconds',
    help: 'Largest error of the clock when its state changed',
  });
  const offset = metrics.gauge({
    ...{ name: 'tra_clock_source_offset_seconds', help: 'Source minus this clock', labels: ['source'] },
  });
  const failures = metrics.counter({
    ...{ name: 'tra_clock_source_failures_total', help: 'Answers not used', labels: ['source', 'code'] },
  });
  const jumps = metrics.counter({
    name: 'tra_clock_jumps_total',
    help: 'Times that the clock was set or the machine slept',
  });
  return (event) => {
    if (event.kind === 'jump') jumps.inc();
    else if (event.kind === 'source') {
      if (event.offset !== undefined) offset.set(event.offset / 1000, { source: event.source });
      if (event.code !== undefined) failures.inc({ source: event.source, code: event.code });
    } else {
      for (const each of states) state.set(each === event.status.state ? 1 : 0, { state: each });
      if (event.status.accuracy !== undefined) accuracy.set(event.status.accuracy / 1000);
    }
  };
}
