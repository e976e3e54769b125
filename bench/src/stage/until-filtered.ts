import { setTimeout as sleep } from 'node:timers/promises';
import { DAY_MS } from '@hooktrail/server/time-units';
import type { Place } from './start-place.ts';

const POLL_MS = 500;

/**
 * Resolves when the idle server has made the filters of text search for the days before today, which it
 * would otherwise make while it is measured.
 */
export async function untilFiltered({ trail }: Place, days: number): Promise<void> {
  const fromMs = (Math.floor(Date.now() / DAY_MS) - days) * DAY_MS;
  // Those that were made before the days were filled do not know them.
  await trail.sql('truncate search_filter');
  for (;;) {
    const [ends] = await trail.sql<{ from_ms: number | null }>(
      'select min(from_ms) as from_ms from search_filter',
    );
    if (ends?.from_ms != null && Number(ends.from_ms) <= fromMs) return;
    await sleep(POLL_MS);
  }
}
