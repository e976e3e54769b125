import { type MetricsFormat, render } from './render.ts';
import type { Metric } from './sample.ts';

/** Those who scrape meanwhile, or up to this much later, get the same. */
const SHARED_MS = 500;

interface Collection {
  readonly metrics: Promise<readonly Metric[]>;
  readonly texts: Map<MetricsFormat, Promise<string>>;
  /** In the time of `performance`. */
  untilMs: number;
}

/** Shares a collection of metrics among those who scrape at one time, and a text a format. */
export class SharedCollection {
  readonly #collect: () => Promise<readonly Metric[]>;
  #shared: Collection | undefined;

  constructor(collect: () => Promise<readonly Metric[]>) {
    this.#collect = collect;
  }

  /** What was collected. */
  read(): Promise<readonly Metric[]> {
    return this.#current().metrics;
  }

  /** What was collected, as Prometheus reads it. */
  text(format: MetricsFormat): Promise<string> {
    const { metrics, texts } = this.#current();
    let text = texts.get(format);
    if (text === undefined) {
      text = metrics.then((all) => render(all, format));
      texts.set(format, text);
    }
    return text;
  }

  #current(): Collection {
    if (this.#shared !== undefined && performance.now() < this.#shared.untilMs) return this.#shared;
    const metrics = this.#collect();
    const shared = { metrics, texts: new Map(), untilMs: Number.POSITIVE_INFINITY };
    this.#shared = shared;
    const end = () => {
      shared.untilMs = performance.now() + SHARED_MS;
    };
    metrics.then(end, end);
    return shared;
  }
}
