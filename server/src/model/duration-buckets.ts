/**
 * Durations are counted in buckets that grow by a tenth each: 1 ms is in bucket 0, a minute in bucket
 * 115. A quantile is shown as the geometric middle of its bucket, so it is off by 4.9 % at most.
 */
export const BUCKET_GROWTH = 1.1;

/** The duration that stands for a bucket, in milliseconds. */
export function bucketMiddleMs(bucket: number): number {
  return BUCKET_GROWTH ** (bucket + 0.5);
}

/** Counts by bucket, ascending. */
export interface DurationCounts {
  readonly buckets: readonly number[];
  readonly counts: readonly number[];
}

/** The duration that this share of the attempts did not exceed; undefined without attempts. */
export function quantileMs({ buckets, counts }: DurationCounts, share: number): number | undefined {
  const total = counts.reduce((sum, count) => sum + count, 0);
  let left = Math.ceil(total * share);
  for (const [place, bucket] of buckets.entries()) {
    left -= counts[place] as number;
    if (left <= 0) return bucketMiddleMs(bucket);
  }
  return undefined;
}
