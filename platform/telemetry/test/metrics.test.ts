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

  it('of one label set are counted together, however they are reached', async () => {
    const metrics = metricsOf();
    const counter = metrics.counter({ name: 'tra_ways_total', help: 'Ways.', labels: ['kind'] });
    const often = counter.of({ kind: 'a' });
    often.inc();
    often.inc();
    counter.inc({ kind: 'a' }, 3);
    expect(await metrics.render()).toContain('tra_ways_total{kind="a"} 5');
    often.inc();
    counter.of({ kind: 'a' }).inc();
    expect(await metrics.render()).toContain('tra_ways_total{kind="a"} 7');
  });

  it('of a distribution add up bucket by bucket, the bound itself within', async () => {
    const metrics = metricsOf();
    const options = { name: 'tra_split_seconds', help: 'Time.', labels: ['route', 'status'], buckets: [0.1, 1] };
    const histogram = metrics.histogram(options);
    const ok = histogram.of({ status: 200, route: '/a"b' });
    for (const value of [0.05, 0.1, 0.5, 7]) ok.observe(value);
    histogram.observe(0.5, { route: '/a"b', status: 200 });
    histogram.observe(0.5, { route: '/c', status: 500 });
    expect(histogram.startTimer({ route: '/c' })({ status: 200 })).toBeGreaterThanOrEqual(0);
    const lines = (await metrics.render()).split('\n').filter((line) => line.includes('/a'));
    const labels = 'status="200",route="/a\\"b"';
    expect(lines).toEqual([
      `tra_split_seconds_bucket{le="0.1",${labels}} 2`,
      `tra_split_seconds_bucket{le="1",${labels}} 4`,
      `tra_split_seconds_bucket{le="+Inf",${labels}} 5`,
      `tra_split_seconds_sum{${labels}} 8.15`,
      `tra_split_seconds_count{${labels}} 5`,
    ]);
    expect(() => ok.observe(Number.NaN)).toThrow(TypeError);
    expect(() => histogram.observe(1, { other: 'x' })).toThrow('other');
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
