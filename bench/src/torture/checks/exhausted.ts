import { PROFILES } from '@hooktrail/server/profiles';
import type { TrailInvocation } from '../trail-rows.ts';

/** Final without success, because every retry of the schedule was made. */
export function isExhausted(row: TrailInvocation): boolean {
  const failed = row.status !== 'success' && row.status !== 'accepted' && row.status !== 'unknown';
  return !row.waits && failed && row.attemptsCount > PROFILES.durable.scheduleMs.length;
}
