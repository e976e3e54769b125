import { quantileMs } from '../model/duration-buckets.ts';
import type { RollupRow } from '../sql/parts/rollup-reading.ts';

const FIELDS = [
  'attempts',
  'succeeded',
  'duration_ms',
  'settled',
  'settled_succeeded',
  'reopened',
] as const;

type Counts = Record<(typeof FIELDS)[number], number>;

/** Adds up rows of rollups, with the buckets of their durations. */
export class Sums {
  readonly #counts: Counts = {
    attempts: 0,
    succeeded: 0,
    duration_ms: 0,
    settled: 0,
    settled_succeeded: 0,
    reopened: 0,
  };
  readonly #buckets = new Map<number, number>();

  /** Adds a row, or takes it away. */
  add(row: RollupRow, sign: 1 | -1 = 1): void {
    for (const field of FIELDS) this.#counts[field] += sign * row[field];
    for (const [place, bucket] of (row.buckets ?? []).entries()) {
      const count = sign * (row.bucket_counts?.[place] as number);
      this.#buckets.set(bucket, (this.#buckets.get(bucket) ?? 0) + count);
    }
  }

  get counts(): Readonly<Counts> {
    return this.#counts;
  }

  /** Whether nothing was counted. */
  get isEmpty(): boolean {
    return FIELDS.every((field) => this.#counts[field] === 0);
  }

  /** The duration that this share of the attempts did not exceed; undefined without attempts. */
  quantileMs(share: number): number | undefined {
    const buckets = [...this.#buckets.keys()].sort((one, other) => one - other);
    const counts = buckets.map((bucket) => this.#buckets.get(bucket) as number);
    return quantileMs({ buckets, counts }, share);
  }
}
