import { keepPartitions } from '@hooktrail/server/partitions';
import { DAY_MS } from '@hooktrail/server/time-units';
import type { Place } from './start-place.ts';

/** As long as the server keeps counts by the minute. */
const MINUTES_DAYS = 14;

/**
 * Makes the partitions of the days from `fromMs` to today that a server of that age has. Others, as of
 * deltas, would be dropped in the middle of a run.
 */
export async function makeDays({ hooktrail }: Place, fromMs: number): Promise<void> {
  const today = Math.floor(Date.now() / DAY_MS) * DAY_MS;
  const make = (firstMs: number, tables: Parameters<typeof keepPartitions>[1]['tables']) =>
    keepPartitions(hooktrail.databaseUrl, {
      nowMs: firstMs + DAY_MS,
      ahead: Math.max(0, Math.ceil((today - firstMs) / DAY_MS) - 1),
      keepMs: Number.MAX_SAFE_INTEGER,
      ...(tables && { tables }),
    });
  await make(fromMs, ['event', 'invocation', 'attempt', 'key_block']);
  await make(Math.max(fromMs, today - (MINUTES_DAYS - 1) * DAY_MS), ['rollup_minute']);
}
