import type { CountsRow } from '@hooktrail/sdk/hooktrail';
import { type Bin, binCounts } from './bin-counts.ts';

const HOUR_MS = 3_600_000;

/** The bars of one webhook, from the counts of all by hour and status. */
export function sparkBins(
  rows: readonly CountsRow[],
  { from, to }: { readonly from: Date; readonly to: Date },
  webhookId: string | undefined,
): Bin[] {
  const counts = rows.flatMap(({ at, attempts, status, webhook }) =>
    at !== undefined && (webhookId === undefined || webhook?.id === webhookId)
      ? [{ at, status: status ?? 'unknown', count: attempts }]
      : [],
  );
  return binCounts(counts, from, to, HOUR_MS);
}
