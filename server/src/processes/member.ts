import type { OwnPlace } from '../config/own-place.ts';
import type { MetricsFormat } from '../metrics/render.ts';
import type { Metric } from '../metrics/sample.ts';
import { SECOND_MS } from '../model/time-units.ts';
import { Unavailable } from '../model/unavailable.ts';
import type { Siblings, Started, ToProcess, ToSupervisor } from './messages.ts';

/** The supervisor waits for a silent process for three seconds. */
const SCRAPE_MS = 8 * SECOND_MS;

/** A scrape of the whole node that has not been answered. */
interface Scrape {
  readonly text: Promise<string>;
  readonly answer: (text: string | undefined) => void;
}

/**
 * This process as one of several behind a port: what it says to the one that supervises it, and hears from it.
 * When that one ends, `node:cluster` ends this process at once.
 */
export class Member {
  readonly number: number;
  readonly databaseUrl: string;
  /** Called when the node stops. It may be called again. */
  onStop: () => void = () => undefined;
  /** Collects the metrics of this process. */
  collect: () => Promise<readonly Metric[]> = async () => [];
  readonly #scrapes = new Map<MetricsFormat, Scrape>();
  #siblings: Siblings | undefined;

  constructor({ databaseUrl, number }: OwnPlace) {
    this.number = number;
    this.databaseUrl = databaseUrl;
    process.on('message', (message: ToProcess) => this.#hear(message));
  }

  /** How many processes listen; undefined before anybody said it. */
  get siblings(): Siblings | undefined {
    return this.#siblings;
  }

  /** Says that this process listens. */
  async up(started: Started): Promise<void> {
    await this.#say({ kind: 'up', started });
  }

  /** Says why this process could not start, and resolves when that was handed over. */
  async failed(message: string): Promise<void> {
    await this.#say({ kind: 'failed', message });
  }

  /**
   * The metrics of all processes together. All who ask meanwhile wait for one answer.
   *
   * @throws Unavailable if nobody answers.
   */
  metricsText(format: MetricsFormat): Promise<string> {
    const asked = this.#scrapes.get(format);
    if (asked !== undefined) return asked.text;
    let answer: Scrape['answer'] = () => undefined;
    const text = new Promise<string>((resolve, reject) => {
      const unavailable = () => reject(new Unavailable('the metrics could not be collected', 1));
      const timer = setTimeout(() => answer(undefined), SCRAPE_MS);
      answer = (collected) => {
        clearTimeout(timer);
        this.#scrapes.delete(format);
        if (collected === undefined) unavailable();
        else resolve(collected);
      };
    });
    this.#scrapes.set(format, { text, answer });
    void this.#say({ kind: 'scrape', format });
    return text;
  }

  #hear(message: ToProcess): void {
    switch (message.kind) {
      case 'stop':
        this.onStop();
        break;
      case 'collect':
        this.collect().then(
          (metrics) => this.#say({ kind: 'collected', metrics }),
          () => this.#say({ kind: 'collected', metrics: undefined }),
        );
        break;
      case 'scraped':
        this.#scrapes.get(message.format)?.answer(message.text);
        break;
      case 'siblings':
        this.#siblings = message.siblings;
        break;
    }
  }

  /** Never rejects: without the one that hears it, this process ends anyway. */
  #say(message: ToSupervisor): Promise<void> {
    return new Promise((resolve) => {
      if (process.connected) process.send?.(message, undefined, undefined, () => resolve());
      else resolve();
    });
  }
}
