import { firstIdAt } from '../../model/ids.ts';
import { DAY_MS } from '../../model/time-units.ts';
import type { IdRange } from '../../sql/find-due-webhooks.ts';

/** Days with a range of their own. What is older rarely waits, and its partitions share a range. */
const DAYS = 11;

const FIRST_ID = '0'.repeat(26);
const LAST_ID = `7${'Z'.repeat(25)}`;

/** Divides all ids by days, as the partitions of the trail are divided. */
export function dayRanges(nowMs: number): readonly IdRange[] {
  const today = Math.floor(nowMs / DAY_MS);
  const starts = Array.from({ length: DAYS }, (_, ago) => firstIdAt((today - ago) * DAY_MS));
  // The last range has the days ahead, which are empty.
  const bounds = [LAST_ID, ...starts, FIRST_ID];
  return bounds.slice(1).map((firstId, index) => ({ firstId, endId: bounds[index] as string }));
}
