import { PROFILES } from '@hooktrail/server/profiles';
import type { TrailInvocation } from '../books/trail-rows.ts';

/** Whether an invocation is final without success, after all retries of the schedule. */
export function isExhausted(row: TrailInvocation): boolean {
  const failed = row.status !== 'success' && row.status !== 'accepted' && row.status !== 'unknown';
  return !row.waits && failed && row.attemptsCount > PROFILES.durable.scheduleMs.length;
}
