import { setTimeout as sleep } from 'node:timers/promises';
import type { Known } from './known.ts';
import type { Metrics } from './metrics.ts';
import { processMetrics } from './process-metrics.ts';
import { type MetricsFormat, render } from './render.ts';
import type { Metric } from './sample.ts';

interface Parts {
  readonly metrics: Metrics;
  /** What gauges show of the database, by name. */
  readonly known: ReadonlyMap<string, Known<unknown>>;
  /** Called before each collection. */
  readonly before: () => void;
}

/** A scrape answers with what is known after this: Prometheus gives up after 10 s by default. */
const WAIT_MS = 2_000;

/** Those who scrape meanwhile, or up to this much later, get the same. */
const SHARED_MS = 500;

interface Collection {
  readonly metrics: Promise<readonly Metric[]>;
  readonly texts: Map<MetricsFormat, Promise<string>>;
  /** In the time of `performance`. */
  untilMs: number;
}

/** Answers those who scrape: any number of them at one time cost one collection, and one text a format. */
export class Scrapes {
  readonly #parts: Parts;
  #shared: Collection | undefined;
  #collections = 0;

  constructor(parts: Parts) {
    const { known, metrics } = parts;
    this.#parts = parts;
    metrics.counted(
      'hooktrail_metrics_collections_total',
      'How often metrics were collected.',
      [],
      () => this.#collections,
    );
    metrics.counted(
      'hooktrail_metrics_read_failures_total',
      'How often a part of the metrics could not be read from the database. Its last values stay.',
      ['part'],
      () => [...known].map(([part, { failures }]) => ({ labels: [part], value: failures })),
    );
    metrics.gauge(
      'hooktrail_database_up',
      'Whether the metrics of the database could be read: 1 or 0.',
      [],
      () => ([...known.values()].some(({ isFailing }) => isFailing) ? 0 : 1),
    );
  }

  text(format: MetricsFormat): Promise<string> {
    if (this.#shared === undefined || performance.now() >= this.#shared.untilMs) {
      const metrics = this.#collect();
      const shared = { metrics, texts: new Map(), untilMs: Number.POSITIVE_INFINITY };
      this.#shared = shared;
      const end = () => {
        shared.untilMs = performance.now() + SHARED_MS;
      };
      metrics.then(end, end);
    }
    const { metrics, texts } = this.#shared;
    let text = texts.get(format);
    if (text === undefined) {
      text = metrics.then((all) => render(all, format));
      texts.set(format, text);
    }
    return text;
  }

  async #collect(): Promise<readonly Metric[]> {
    const { before, known, metrics } = this.#parts;
    this.#collections++;
    before();
    const reading = Promise.all([...known.values()].map((one) => one.refresh()));
    const waiting = new AbortController();
    await Promise.race([
      reading,
      sleep(WAIT_MS, undefined, { signal: waiting.signal }).catch(() => undefined),
    ]);
    waiting.abort();
    return [...metrics.read(), ...(await processMetrics())];
  }
}
