import type { Exemplar } from './exemplar.ts';
import { GAUGE_JOINS, type GaugeJoin } from './gauge-joins.ts';
import type { Metric, Sample } from './sample.ts';

type Samples = Map<string, Sample>;

/** What a process said last, or what ended ones said. */
type Known = Map<string, { readonly metric: Metric; readonly samples: Samples }>;

/** Series of these end by themselves, so that their number is limited: see `TopWebhooks`. */
const ENDING = new Set([
  'hooktrail_webhook_attempts_total',
  'hooktrail_webhook_attempt_seconds_total',
]);

const JOINS: Readonly<Record<Exclude<GaugeJoin, 'whole'>, (one: number, other: number) => number>> =
  {
    sum: (one, other) => one + other,
    max: Math.max,
    min: Math.min,
  };

/**
 * Joins the metrics of processes into those of one node. Counters and histograms are sums that never go back,
 * or each process that ends would look like a start of the node, and `rate` would count all of the others
 * again: what an ended process said last stays in the sums, and a silent one counts with what it said last.
 * Gauges are joined by their meaning, of those that answered.
 */
export class JoinedMetrics {
  readonly #last = new Map<string, Known>();
  readonly #ended: Known = new Map();

  /** A process says what it has. */
  take(source: string, metrics: readonly Metric[]): void {
    const known = knownOf(metrics);
    const before = this.#last.get(source);
    this.#last.set(source, known);
    if (before === undefined) return;
    for (const [name, { metric, samples }] of before) {
      if (metric.type === 'gauge') continue;
      const kept = known.get(name)?.samples;
      for (const [key, sample] of samples) {
        if (kept?.has(key) !== true) this.#keep(metric, key, sample);
      }
    }
  }

  /** A process has ended. */
  end(source: string): void {
    const known = this.#last.get(source);
    this.#last.delete(source);
    for (const { metric, samples } of known?.values() ?? []) {
      if (metric.type === 'gauge') continue;
      for (const [key, sample] of samples) this.#keep(metric, key, sample);
    }
  }

  /** All of them as one; gauges are of those that `answered`. */
  read(answered: ReadonlySet<string>): readonly Metric[] {
    const joined: Known = new Map();
    for (const [source, known] of this.#last) {
      for (const { metric, samples } of known.values()) {
        if (metric.type === 'gauge' && !answered.has(source)) continue;
        const join = joinOf(metric);
        if (join !== 'whole') add(joined, metric, samples, JOINS[join]);
        // Of the one that answers longest, so that the next scrape has the same series.
        else if (!hasSamples(joined, metric)) joined.set(metric.name, { metric, samples });
      }
    }
    for (const [name, { metric, samples }] of this.#ended) {
      const alive = joined.get(name)?.samples;
      if (ENDING.has(name)) {
        for (const key of samples.keys()) if (alive?.has(key) !== true) samples.delete(key);
      }
      add(joined, metric, samples, JOINS.sum);
    }
    return [...joined.values()].map(({ metric, samples }) => ({
      ...metric,
      samples: [...samples.values()],
    }));
  }

  #keep(metric: Metric, key: string, sample: Sample): void {
    add(this.#ended, metric, new Map([[key, sample]]), JOINS.sum);
  }
}

function joinOf({ name, type }: Metric): GaugeJoin {
  return type === 'gauge' ? (GAUGE_JOINS.get(name) ?? 'sum') : 'sum';
}

/** One that has just started may not know its gauges yet. */
function hasSamples(known: Known, { name }: Metric): boolean {
  return (known.get(name)?.samples.size ?? 0) > 0;
}

function knownOf(metrics: readonly Metric[]): Known {
  return new Map(
    metrics.map((metric) => [
      metric.name,
      { metric, samples: new Map(metric.samples.map((sample) => [keyOf(sample), sample])) },
    ]),
  );
}

/** Each part names its labels in one order. */
function keyOf({ labels, suffix }: Sample): string {
  return JSON.stringify([suffix, labels]);
}

function add(
  all: Known,
  metric: Metric,
  samples: Samples,
  join: (one: number, other: number) => number,
): void {
  let known = all.get(metric.name);
  if (known === undefined) {
    known = { metric, samples: new Map() };
    all.set(metric.name, known);
  }
  for (const [key, sample] of samples) {
    const other = known.samples.get(key);
    known.samples.set(
      key,
      other === undefined
        ? sample
        : {
            ...sample,
            value: join(other.value, sample.value),
            exemplar: newest(other.exemplar, sample.exemplar),
          },
    );
  }
}

function newest(one: Exemplar | undefined, other: Exemplar | undefined): Exemplar | undefined {
  if (one === undefined || other === undefined) return one ?? other;
  return one.atMs > other.atMs ? one : other;
}
