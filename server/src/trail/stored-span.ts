import { MAX_SCHEDULE_MS } from '../model/profiles.ts';
import { DAY_MS, HOUR_MS } from '../model/time-units.ts';

/** Ids may be of a time that this node has not reached yet. */
const AHEAD_MS = HOUR_MS;

/** The span of creation that stored invocations may have: a day goes up to a day after its retention. */
export function storedSpan(nowMs: number, retentionDays: number) {
  return {
    floorMs: Math.max(0, nowMs - (retentionDays + 1) * DAY_MS - MAX_SCHEDULE_MS),
    ceilingMs: nowMs + AHEAD_MS,
  };
}
