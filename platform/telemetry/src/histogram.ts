import type { Histogram, HistogramSeries, Labels } from './metrics.ts';

/** What a histogram is called, means, is split by and counts up to. */
export interface HistogramShape {
  readonly name: string;
  readonly help: string;
  readonly labels: readonly string[];
  /** Upper bounds, rising. */
  readonly buckets: readonly number[];
}

interface Sample {
  readonly metricName: string;
  readonly labels: Labels;
  readonly value: number;
}

class Series implements HistogramSeries {
  readonly labels: Labels;
  readonly #bounds: readonly number[];
  /** How many values were above the bound before and not above this one; the last counts those above all. */
  readonly #counts: Float64Array;
  #sum = 0;

  constructor(labels: Labels, bounds: readonly number[]) {
    this.labels = { ...labels };
    this.#bounds = bounds;
    this.#counts = new Float64Array(bounds.length + 1);
  }

  observe(value: number): void {
    if (!Number.isFinite(value)) throw new TypeError(`${value} cannot be observed`);
    const bounds = this.#bounds;
    let at = 0;
    while (at < bounds.length && value > (bounds[at] as number)) at += 1;
    this.#counts[at] = (this.#counts[at] as number) + 1;
    this.#sum += value;
  }

  samples(name: string): Sample[] {
    const { labels } = this;
    let count = 0;
    const buckets = [...this.#counts].map((here, at) => {
      count += here;
      const le = this.#bounds[at] ?? '+Inf';
      return { metricName: `${name}_bucket`, labels: { le, ...labels }, value: count };
    });
    return [
      ...buckets,
      { metricName: `${name}_sum`, labels, value: this.#sum },
      { metricName: `${name}_count`, labels, value: count },
    ];
  }
}

/**
 * A histogram whose series are found once and then counted in without looking anything up: prom-client's own reads the labels anew with
 * every value. It is registered beside the metrics of prom-client and written by it.
 */
export class CountedHistogram implements Histogram {
  readonly name: string;
  readonly #shape: HistogramShape;
  readonly #series: Map<string, Series> = new Map();

  constructor(shape: HistogramShape) {
    this.name = shape.name;
    this.#shape = shape;
    if (shape.labels.length === 0) this.of();
  }

  of(labels: Labels = {}): HistogramSeries {
    const { labels: known, name, buckets } = this.#shape;
    const unknown = Object.keys(labels).find((label) => !known.includes(label));
    if (unknown !== undefined) throw new Error(`${name} has no label ${unknown}`);
    const key = JSON.stringify(known.map((label) => labels[label] ?? null));
    const found = this.#series.get(key);
    if (found) return found;
    const made = new Series(labels, buckets);
    this.#series.set(key, made);
    return made;
  }

  observe(value: number, labels?: Labels): void {
    this.of(labels).observe(value);
  }

  startTimer(labels?: Labels): (labels?: Labels) => number {
    const begun = performance.now();
    return (more) => {
      const seconds = (performance.now() - begun) / 1000;
      this.observe(seconds, { ...labels, ...more });
      return seconds;
    };
  }

  /** As prom-client asks its metrics. */
  async get(): Promise<object> {
    const { name, help } = this.#shape;
    const values = [...this.#series.values()].flatMap((series) => series.samples(name));
    return { name, help, type: 'histogram', aggregator: 'sum', values };
  }
}
