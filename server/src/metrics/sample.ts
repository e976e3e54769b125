import type { Exemplar } from './exemplar.ts';

/** One line of a scrape. */
export interface Sample {
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
  /** What follows the name of the metric: `_bucket`, `_sum` or `_count` of a histogram. */
  readonly suffix?: string;
  readonly exemplar?: Exemplar | undefined;
}

/** A metric with what it has now. */
export interface Metric {
  readonly name: string;
  readonly help: string;
  readonly type: 'counter' | 'gauge' | 'histogram';
  readonly samples: readonly Sample[];
}
