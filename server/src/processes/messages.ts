import type { MetricsFormat } from '../metrics/render.ts';
import type { Metric } from '../metrics/sample.ts';

/** What a process says once it listens. */
export interface Started {
  readonly url: string;
  /** The first token, if this process generated it. */
  readonly firstToken: string | undefined;
  /** Opens the console, signed in, once. */
  readonly signInUrl: string | undefined;
}

/** How many processes listen, of those that there should be. */
export interface Siblings {
  readonly up: number;
  readonly of: number;
}

/** What a process says to the one that supervises it. */
export type ToSupervisor =
  | { readonly kind: 'up'; readonly started: Started }
  /** Its start failed. */
  | { readonly kind: 'failed'; readonly message: string }
  /** Its metrics; undefined: they could not be collected. */
  | { readonly kind: 'collected'; readonly metrics: readonly Metric[] | undefined }
  /** Somebody scrapes it, and asks for the metrics of all. */
  | { readonly kind: 'scrape'; readonly format: MetricsFormat };

/** What a supervised process hears. */
export type ToProcess =
  | { readonly kind: 'stop' }
  | { readonly kind: 'collect' }
  /** The metrics of all; undefined: they could not be collected. */
  | { readonly kind: 'scraped'; readonly format: MetricsFormat; readonly text: string | undefined }
  | { readonly kind: 'siblings'; readonly siblings: Siblings };
