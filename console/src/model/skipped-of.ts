import type { JobEstimate } from '@hooktrail/sdk/hooktrail';
import type { Sending } from './sending.ts';

/** How much of what a job would select it would skip. */
export function skippedOf(estimate: JobEstimate, kind: Sending): number {
  if (kind === 'replay') return estimate.bodiesGone + estimate.archived;
  return Object.values(estimate.skippedByReason ?? {}).reduce((sum, count) => sum + count, 0);
}
