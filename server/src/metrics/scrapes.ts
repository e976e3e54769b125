import { setTimeout as sleep } from 'node:timers/promises';
import type { Known } from './known.ts';
import type { Metrics } from './metrics.ts';
import { processMetrics } from './process-metrics.ts';
import type { MetricsFormat } from './render.ts';
import type { Metric } from './sample.ts';
import { SharedCollection } from './shared-collection.ts';

interface Parts {
  readonly metrics: Metrics;
  /** What gauges show of the database, by name. */
  readonly known: ReadonlyMap<string, Known<unknown>>;
  /** Called before each collection. */
  readonly before: () => void;
}

/** A scrape answers with what is known after this: Prometheus gives up after 10 s by default. */
const WAIT_MS = 2_000;

/** Answers those who scrape: any number of them at one time cost one collection, and one text a format. */
export class Scrapes {
  readonly #parts: Parts;
  readonly #shared = new SharedCollection(() => this.#collect());
  #collections = 0;
  #isWaiting = false;

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
      () => (this.#isDatabaseUp() ? 1 : 0),
    );
  }

  /** What was collected, for whoever adds it to that of others. */
  read(): Promise<readonly Metric[]> {
    return this.#shared.read();
  }

  text(format: MetricsFormat): Promise<string> {
    return this.#shared.text(format);
  }

  /**
   * One statement that takes long is no database that is away. It is one if a scrape waited as long as it does, and
   * nothing was read since the latest of two statements or more began that still have no answer.
   */
  #isDatabaseUp(): boolean {
    const all = [...this.#parts.known.values()];
    if (all.some(({ isFailing }) => isFailing)) return false;
    if (!this.#isWaiting) return true;
    const lastMs = Math.max(...all.map(({ readAtMs }) => readAtMs));
    const waiting = all.flatMap(({ waitingSinceMs }) => waitingSinceMs ?? []);
    // Of one that is due by itself nothing follows: the others are due within ten seconds.
    return waiting.length < Math.min(2, all.length) || waiting.every((since) => since <= lastMs);
  }

  async #collect(): Promise<readonly Metric[]> {
    const { before, known, metrics } = this.#parts;
    this.#collections++;
    before();
    const reading = Promise.all([...known.values()].map((one) => one.refresh()));
    const waiting = new AbortController();
    this.#isWaiting = await Promise.race([
      reading.then(() => false),
      sleep(WAIT_MS, true, { signal: waiting.signal }).catch(() => true),
    ]);
    waiting.abort();
    return [...metrics.read(), ...(await processMetrics())];
  }
}
