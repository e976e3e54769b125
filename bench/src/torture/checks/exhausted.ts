import { DURABLE } from '@hooktrail/server/dist/deliver/profile.js';
import type { TrailInvocation } from '../trail-rows.ts';

/** Final without success, because every retry of the schedule was made. */
export function isExhausted(row: TrailInvocation): boolean {
  const failed = row.status !== 'success' && row.status !== 'accepted' && row.status !== 'unknown';
  return !row.waits && failed && row.attemptsCount > DURABLE.scheduleMs.length;
}
