import { DAY_MS } from '../model/time-units.ts';
import type { Family } from '../sql/parts/trail-family.ts';

/**
 * Lists reach this far back at most, even if rows are kept longer (spec/contract.md, "List
 * invocations").
 */
const LONGEST_DAYS = 7;

/** The first moment that lists show, in milliseconds since 1970. */
export function windowStart(nowMs: number, family: Family, retentionDays: number): number {
  // What is archived is kept for longer.
  const days = family === 'archived' ? LONGEST_DAYS : Math.min(LONGEST_DAYS, retentionDays);
  return nowMs - days * DAY_MS;
}
