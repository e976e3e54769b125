import { DAY_MS } from '../model/time-units.ts';

/**
 * Lists reach this far back at most, even if rows are kept longer (spec/contract.md, "List
 * invocations").
 */
const LONGEST_DAYS = 7;

/** The first moment that lists show, in milliseconds since 1970. */
export function windowStart(nowMs: number, retentionDays: number): number {
  return nowMs - Math.min(LONGEST_DAYS, retentionDays) * DAY_MS;
}
