import type { Quantiles } from '../measure/quantiles.ts';

/** What one run of an arm measured. */
export interface Outcome {
  /** In the arm's unit. */
  readonly value: number;
  /** How many events or deliveries the run had, for figures per item. */
  readonly items: number;
  readonly latency?: Quantiles;
  /** Further figures, for the JSON only. */
  readonly details?: Readonly<Record<string, number>>;
  /** A line for people, printed below the table. */
  readonly note?: string;
}
