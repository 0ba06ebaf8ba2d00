import { describe, expect, it } from 'vitest';
import { createTelemetry } from '../src/index.ts';

const metricsOf = (processMetrics = false) => createTelemetry({ level: 'silent', processMetrics }).metrics;

describe('metrics', () => {
  it('are written in the text format of Prometheus', async () => {
    const metrics = metricsOf();
    metrics.counter({ name: 'tra_things_total', help: 'Things.', labels: ['kind'] }).inc({ kind: 'a' }, 2);
    metrics.gauge({ name: 'tra_open', help: 'Open.' }).set(3);
    metrics.histogram({ name: 'tra_seconds', help: 'Time.' }).observe(0.2);
    const text = await metrics.render();
    expect(text).toContain('# HELP tra_things_total Things.');
    expect(text).toContain('tra_things_total{kind="a"} 2');
    expect(text).toContain('tra_open 3');
    expect(text).toContain('tra_seconds_bucket{le="0.25"} 1');
    expect(metrics.contentType).toContain('text/plain');
  });

  it('are the same when asked for twice', async () => {
    const metrics = metricsOf();
    metrics.counter({ name: 'tra_twice_total', help: 'Twice.' }).inc();
    metrics.counter({ name: 'tra_twice_total', help: 'Twice.' }).inc();
    expect(await metrics.render()).toContain('tra_twice_total 2');
  });

  it('of two processes in one test do not meet', async () => {
    metricsOf().counter({ name: 'tra_alone_total', help: 'Alone.' }).inc();
    expect(await metricsOf().render()).not.toContain('tra_alone_total');
  });

  it('refuse labels that were not announced', () => {
    const counter = metricsOf().counter({ name: 'tra_labelled_total', help: 'Labelled.', labels: ['kind'] });
    expect(() => counter.inc({ other: 'x' })).toThrow();
  });

  it('hold those of the process unless told otherwise', async () => {
    expect(await metricsOf(true).render()).toContain('process_cpu_seconds_total');
  });
});
