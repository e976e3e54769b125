import { Counter } from './counter.ts';
import { Family } from './family.ts';
import { Histogram } from './histogram.ts';
import type { Metric, Sample } from './sample.ts';

/** What a gauge has now: a value, several with labels, or undefined where it is not known. */
export type GaugeValue =
  | number
  | undefined
  | Iterable<{ readonly labels: readonly string[]; readonly value: number }>;

/** Series of a metric that exceed its closed lists by far: see `Family`. */
const MOST_SERIES = 2_000;

/**
 * The counters, histograms and gauges of a node. Parts get the counters and histograms that they feed;
 * gauges are functions, which are asked when somebody scrapes. It knows no format.
 */
export class Metrics {
  readonly #read: (() => Metric)[] = [];
  readonly #names = new Set<string>();

  counter(name: string, help: string): Counter {
    const one = new Counter();
    this.#add(name, () => counterMetric(name, help, [{ labels: {}, value: one.value }]));
    return one;
  }

  counters(
    name: string,
    help: string,
    labels: readonly string[],
    most = MOST_SERIES,
  ): Family<Counter> {
    const family = new Family(labels, () => new Counter(), most);
    this.#add(name, () =>
      counterMetric(
        name,
        help,
        family
          .all()
          .map(({ one, values }) => ({ labels: named(labels, values), value: one.value })),
      ),
    );
    return family;
  }

  histogram(name: string, help: string, bounds: readonly number[]): Histogram {
    const one = new Histogram(bounds);
    this.#add(name, () => ({ name, help, type: 'histogram', samples: samplesOf(one, {}) }));
    return one;
  }

  histograms(
    name: string,
    help: string,
    labels: readonly string[],
    bounds: readonly number[],
    most = MOST_SERIES,
  ): Family<Histogram> {
    const family = new Family(labels, () => new Histogram(bounds), most);
    this.#add(name, () => ({
      name,
      help,
      type: 'histogram',
      samples: family.all().flatMap(({ one, values }) => samplesOf(one, named(labels, values))),
    }));
    return family;
  }

  gauge(name: string, help: string, labels: readonly string[], read: () => GaugeValue): void {
    this.#add(name, () => ({ name, help, type: 'gauge', samples: readGauge(labels, read()) }));
  }

  /** A counter that is kept elsewhere. It may only grow. */
  counted(name: string, help: string, labels: readonly string[], read: () => GaugeValue): void {
    this.#add(name, () => counterMetric(name, help, readGauge(labels, read())));
  }

  /** Everything as it is now. */
  read(): readonly Metric[] {
    return this.#read.map((read) => read());
  }

  #add(name: string, read: () => Metric): void {
    if (this.#names.has(name)) throw new Error(`two metrics are called ${name}`);
    this.#names.add(name);
    this.#read.push(read);
  }
}

function counterMetric(name: string, help: string, samples: readonly Sample[]): Metric {
  return { name, help, type: 'counter', samples };
}

function named(labels: readonly string[], values: readonly string[]): Record<string, string> {
  return Object.fromEntries(labels.map((label, place) => [label, values[place] as string]));
}

function readGauge(labels: readonly string[], value: GaugeValue): Sample[] {
  if (value === undefined) return [];
  if (typeof value === 'number') return [{ labels: {}, value }];
  return [...value].map((one) => ({ labels: named(labels, one.labels), value: one.value }));
}

function samplesOf(one: Histogram, labels: Readonly<Record<string, string>>): Sample[] {
  const samples: Sample[] = [];
  let count = 0;
  one.counts.forEach((inBucket, place) => {
    count += inBucket;
    const bound = one.bounds[place];
    samples.push({
      suffix: '_bucket',
      labels: { ...labels, le: bound === undefined ? '+Inf' : floatText(bound) },
      value: count,
      exemplar: one.exemplar(place),
    });
  });
  samples.push({ suffix: '_sum', labels, value: one.sum });
  samples.push({ suffix: '_count', labels, value: count });
  return samples;
}

/** OpenMetrics wants a decimal point, and Prometheus compares these as text. */
function floatText(bound: number): string {
  return Number.isInteger(bound) ? `${bound}.0` : String(bound);
}
