import type { Sums } from '../../rollups/sums.ts';

/** Sums as the API shows them. */
export function countsView(sums: Sums) {
  const { attempts, duration_ms, reopened, settled, settled_succeeded, succeeded } = sums.counts;
  const quantile = (share: number) => rounded(sums.quantileMs(share) ?? 0);
  return {
    attempts,
    succeeded,
    ...(attempts > 0 && { success_share: Math.round((succeeded / attempts) * 10_000) / 10_000 }),
    settled,
    delivered: settled_succeeded,
    reopened,
    ...(attempts > 0 && {
      duration_ms: {
        mean: rounded(duration_ms / attempts),
        p50: quantile(0.5),
        p95: quantile(0.95),
        p99: quantile(0.99),
      },
    }),
  };
}

const rounded = (ms: number): number => Math.round(ms * 10) / 10;
