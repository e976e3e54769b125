import { firstIdAt, idTimeMs } from './ids.ts';
import { DAY_MS } from './time-units.ts';

let latest = { day: 0, from: '', before: '' };

/** The day of all these ids, in days since 1970; undefined if they are of several days, or none. */
export function commonDay(...lists: readonly (readonly string[])[]): number | undefined {
  const first = lists.find((ids) => ids.length > 0)?.[0];
  if (first === undefined) return undefined;
  // Reading the time of an id takes 0.3 µs, comparing it 0.02 µs, and almost all are of one day.
  if (first < latest.from || first >= latest.before) latest = dayOf(first);
  const { day, from, before } = latest;
  for (const ids of lists) for (const id of ids) if (id < from || id >= before) return undefined;
  return day;
}

function dayOf(id: string): typeof latest {
  const day = Math.floor(idTimeMs(id) / DAY_MS);
  return { day, from: firstIdAt(day * DAY_MS), before: firstIdAt((day + 1) * DAY_MS) };
}
