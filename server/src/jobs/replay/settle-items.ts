import { type JobItemRow, readSentItems } from '../../sql/read-job-items.ts';
import { type SettledItem, settleJobItems } from '../../sql/settle-job-items.ts';
import type { HeldJob } from '../held/held-job.ts';
import { type ReplayProgress, withSkips } from './replay-progress.ts';
import { MOST_OF_LAST } from './replay-spec.ts';

/** More than this of a job is never in flight. */
export const MOST_IN_FLIGHT = 2_000;

/** What is in flight of a job, by webhook. */
export type InFlight = ReadonlyMap<string, number>;

/**
 * Counts the outcomes of what a job has sent, in one transaction with its progress. Resolves to what is
 * still in flight.
 *
 * @param becameOf - Reads what became of items, in their order; undefined: in flight.
 */
export async function settleItems(
  job: HeldJob,
  becameOf: (items: readonly JobItemRow[]) => Promise<readonly (SettledItem | undefined)[]>,
): Promise<InFlight> {
  const { database } = job;
  const items = await database.run(readSentItems, { jobId: job.id, limit: MOST_IN_FLIGHT });
  const inFlight = new Map<string, number>();
  if (items.length === 0) return inFlight;
  const settled: SettledItem[] = [];
  for (const [index, became] of (await becameOf(items)).entries()) {
    const { webhook_id: webhookId } = items[index] as JobItemRow;
    if (became === undefined) inFlight.set(webhookId, (inFlight.get(webhookId) ?? 0) + 1);
    else settled.push(became);
  }
  if (settled.length > 0) {
    await job.move({ progress: progressAfter(job, settled) }, async (runner) => {
      await runner.run(settleJobItems, { jobId: job.id, items: settled });
    });
  }
  return inFlight;
}

function progressAfter(job: HeldJob, settled: readonly SettledItem[]): ReplayProgress {
  const progress = job.row.progress as ReplayProgress;
  const count = (to: SettledItem['to']) => settled.filter((item) => item.to === to).length;
  const [succeeded, failed, again] = [count('succeeded'), count('failed'), count('pending')];
  const skips = settled.flatMap(({ reason }) => (reason === null ? [] : [reason]));
  const results = settled
    .map(({ to }) => (to === 'succeeded' ? '1' : to === 'failed' ? '0' : ''))
    .join('');
  const { canary } = progress;
  return {
    ...progress,
    sent: progress.sent - again - skips.length,
    succeeded: progress.succeeded + succeeded,
    failed: progress.failed + failed,
    skipped: withSkips(progress, skips),
    // An outcome of before a pause is none of the canary's that began after it.
    canary:
      canary === null || canary.passed
        ? canary
        : {
            ...canary,
            sent: canary.sent - again - skips.length,
            succeeded: canary.succeeded + succeeded,
            failed: canary.failed + failed,
          },
    recent: (progress.recent + results).slice(-MOST_OF_LAST),
  };
}
