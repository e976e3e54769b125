import type { SettledItem } from '../../sql/settle-job-items.ts';
import type { HeldJob } from '../held/held-job.ts';
import { type ReplayProgress, withSkips } from './replay-progress.ts';
import type { ReplaySpec } from './replay-spec.ts';

/** How far a job is after a page of which it sent some items and skipped others. */
export function pageProgress(
  job: HeldJob,
  settled: readonly SettledItem[],
  sent: number,
): ReplayProgress {
  const progress = job.row.progress as ReplayProgress;
  const { canary: asked } = job.row.spec as ReplaySpec;
  const canary = progress.canary ?? { sent: 0, succeeded: 0, failed: 0, passed: false };
  return {
    ...progress,
    sent: progress.sent + sent,
    skipped: withSkips(
      progress,
      settled.flatMap(({ reason }) => (reason === null ? [] : [reason])),
    ),
    ...(asked !== null && !canary.passed && { canary: { ...canary, sent: canary.sent + sent } }),
  };
}
