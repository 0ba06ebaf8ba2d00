import * as prom from 'prom-client';
import { CountedHistogram } from './histogram.ts';

/** What a metric is called, what it means and by which labels it is split. Labels never hold ids of people. */
export interface MetricOptions<Label extends string = string> {
  readonly name: string;
  readonly help: string;
  readonly labels?: readonly Label[];
}

/** Values of labels. */
export type Labels = Readonly<Record<string, string | number>>;

/** One of the numbers of a {@link Counter}. */
export interface CounterSeries {
  /** One more. */
  inc(): void;
}

/** A number that only grows. */
export interface Counter {
  inc(labels?: Labels, by?: number): void;
  /** The number with these labels, for who counts with them often. */
  of(labels: Labels): CounterSeries;
}

/** One of the distributions of a {@link Histogram}. */
export interface HistogramSeries {
  observe(value: number): void;
}

/** How measured values (seconds, bytes) are distributed. */
export interface Histogram {
  observe(value: number, labels?: Labels): void;
  /** Starts a clock; the returned function observes the seconds since then. */
  startTimer(labels?: Labels): (labels?: Labels) => number;
  /** The distribution with these labels, for who measures with them often. */
  of(labels?: Labels): HistogramSeries;
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

/** Counts its series in memory until somebody reads the metrics. */
function counter(options: MetricOptions, registers: prom.Registry[]): Counter {
  const { name, help, labels: labelNames = [] } = options;
  const flushes: (() => void)[] = [];
  const collect = (): void => {
    for (const flush of flushes) flush();
  };
  const metric = new prom.Counter({ name, help, labelNames: [...labelNames], registers, collect });
  return {
    inc: (labels, by) => metric.inc(labels ?? {}, by ?? 1),
    of: (labels) => {
      metric.inc(labels, 0);
      let more = 0;
      flushes.push(() => {
        metric.inc(labels, more);
        more = 0;
      });
      return {
        inc: () => {
          more += 1;
        },
      };
    },
  };
}

function gauge(metric: prom.Gauge): Gauge {
  return {
    set: (value, labels) => metric.set(labels ?? {}, value),
    inc: (labels, by) => metric.inc(labels ?? {}, by ?? 1),
    dec: (labels, by) => metric.dec(labels ?? {}, by ?? 1),
  };
}

// Once in so many milliseconds the event loop is looked at whether it comes late: the usual ten cost an idle process half a percent of a CPU.
const lagSampleMs = 50;

/** Metrics on a registry of their own, with those of the Node process when `process` is true. */
export function createMetrics(options: { readonly process: boolean }): Metrics {
  const registry = new prom.Registry();
  if (options.process) prom.collectDefaultMetrics({ register: registry, eventLoopMonitoringPrecision: lagSampleMs });
  const registers = [registry];
  const made = new Map<string, Counter | Histogram | Gauge>();
  const once = <M extends Counter | Histogram | Gauge>(name: string, make: () => M): M => {
    const known = (made.get(name) as M | undefined) ?? make();
    made.set(name, known);
    return known;
  };
  return {
    counter: (options) => once(options.name, () => counter(options, registers)),
    histogram: ({ name, help, labels = [], buckets = defaultBuckets }) =>
      once(name, () => {
        const metric = new CountedHistogram({ name, help, labels, buckets });
        registry.registerMetric(metric as unknown as prom.Metric);
        return metric;
      }),
    gauge: ({ name, help, labels = [] }) =>
      once(name, () => gauge(new prom.Gauge({ name, help, labelNames: [...labels], registers }))),
    render: () => registry.metrics(),
    contentType: registry.contentType,
  };
}
