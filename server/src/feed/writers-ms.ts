import { DAY_MS, HOUR_MS } from '../model/time-units.ts';

/** How old a writer may be whose deltas are read: it writes for a day and an hour, and they are read for a day. */
export const WRITERS_MS = 2 * DAY_MS + 2 * HOUR_MS;
