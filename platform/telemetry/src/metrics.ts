import * as prom from 'prom-client';

/** What a metric is called, what it means and by which labels it is split. Labels never hold ids of people. */
export interface MetricOptions<Label extends string = string> {
  readonly name: string;
  readonly help: string;
  readonly labels?: readonly Label[];
}

/** Values of labels. */
export type Labels = Readonly<Record<string, string | number>>;

/** A number that only grows. */
export interface Counter {
  inc(labels?: Labels, by?: number): void;
}

/** How measured values (seconds, bytes) are distributed. */
export interface Histogram {
  observe(value: number, labels?: Labels): void;
  /** Starts a clock; the returned function observes the seconds since then. */
  startTimer(labels?: Labels): (labels?: Labels) => number;
}

/** A number that goes up and down. */
export interface Gauge {
  set(value: number, labels?: Labels): void;
  inc(labels?: Labels, by?: number): void;
  dec(labels?: Labels, by?: number): void;
}

/** Metrics of one process in the Prometheus text format. Asking twice for one name gives the same metric. */
export interface Metrics {
  counter(options: MetricOptions): Counter;
  histogram(options: MetricOptions & { readonly buckets?: readonly number[] }): Histogram;
  gauge(options: MetricOptions): Gauge;
  /** All metrics as text. */
  render(): Promise<string>;
  readonly contentType: string;
}

const defaultBuckets = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];

function counter(metric: prom.Counter): Counter {
  return { inc: (labels, by) => metric.inc(labels ?? {}, by ?? 1) };
}

function histogram(metric: prom.Histogram): Histogram {
  return {
    observe: (value, labels) => metric.observe(labels ?? {}, value),
    startTimer: (labels) => metric.startTimer(labels),
  };
}

function gauge(metric: prom.Gauge): Gauge {
  return {
    set: (value, labels) => metric.set(labels ?? {}, value),
    inc: (labels, by) => metric.inc(labels ?? {}, by ?? 1),
    dec: (labels, by) => metric.dec(labels ?? {}, by ?? 1),
  };
}

/** Metrics on a registry of their own, with those of the Node process when `process` is true. */
export function createMetrics(options: { readonly process: boolean }): Metrics {
  const registry = new prom.Registry();
  if (options.process) prom.collectDefaultMetrics({ register: registry });
  const registered = { registers: [registry] };
  const once = <M>(name: string, make: () => M): M => (registry.getSingleMetric(name) as M | undefined) ?? make();
  return {
    counter: ({ name, help, labels = [] }) =>
      counter(once(name, () => new prom.Counter({ name, help, labelNames: [...labels], ...registered }))),
    histogram: ({ name, help, labels = [], buckets = defaultBuckets }) =>
      histogram(
        once(
          name,
          () => new prom.Histogram({ name, help, labelNames: [...labels], buckets: [...buckets], ...registered }),
        ),
      ),
    gauge: ({ name, help, labels = [] }) =>
      gauge(once(name, () => new prom.Gauge({ name, help, labelNames: [...labels], ...registered }))),
    render: () => registry.metrics(),
    contentType: registry.contentType,
  };
}
