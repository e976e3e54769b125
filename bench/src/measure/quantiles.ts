/** Quantiles of durations, in milliseconds. */
export interface Quantiles {
  readonly count: number;
  readonly p50: number;
  readonly p99: number;
  readonly max: number;
}

/** Computes quantiles from all durations, given in microseconds: no buckets, no bias. */
export function quantiles(durationsUs: readonly number[]): Quantiles {
  const sorted = Float64Array.from(durationsUs).sort();
  const at = (share: number) => {
    const index = Math.min(sorted.length - 1, Math.ceil(share * sorted.length) - 1);
    return (sorted[Math.max(0, index)] ?? Number.NaN) / 1_000;
  };
  return { count: sorted.length, p50: at(0.5), p99: at(0.99), max: at(1) };
}
