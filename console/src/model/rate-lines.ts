import type { CountsRow, CountsTotal } from '@hooktrail/sdk/hooktrail';

const HOUR_MS = 3_600_000;
const DAY_HOURS = 24;

/** A line of a chart: a value for each hour, null where there is none. */
export interface RateLine {
  readonly label: string;
  readonly values: readonly (number | null)[];
}

interface Counted {
  readonly counts: readonly CountsRow[];
}

/** The start of each of the last 25 hours: the current one, which is not over, and 24 before. */
export function lastHours(nowMs: number): number[] {
  const current = Math.floor(nowMs / HOUR_MS);
  return Array.from(
    { length: DAY_HOURS + 1 },
    (_, index) => (current - DAY_HOURS + index) * HOUR_MS,
  );
}

/**
 * One value for each hour out of counts with `step: 'hour'`, of those hours or of the same ones so many
 * days before. `none` is the value of an hour that was not counted, because nothing happened in it.
 */
export function rateLine(
  label: string,
  hours: readonly number[],
  counted: Counted | undefined,
  daysBefore: number,
  read: (row: CountsTotal) => number | undefined,
  none: number | null,
): RateLine {
  const rows = new Map<number, CountsRow>();
  for (const row of counted?.counts ?? []) {
    if (row.at !== undefined) rows.set(row.at.getTime(), row);
  }
  return {
    label,
    values: hours.map((hourMs) => {
      if (counted === undefined) return null;
      const row = rows.get(hourMs - daysBefore * DAY_HOURS * HOUR_MS);
      return row === undefined ? none : (read(row) ?? null);
    }),
  };
}
