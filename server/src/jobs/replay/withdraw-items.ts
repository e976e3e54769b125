import type { DeliveryMetrics } from '../../metrics/delivery-metrics.ts';
import type { Clock } from '../../model/clock.ts';
import { historyEntry } from '../../model/history-entry.ts';
import { laneOf } from '../../model/lanes.ts';
import { type JobItemRow, readSentItems } from '../../sql/read-job-items.ts';
import { type SettledItem, settleJobItems } from '../../sql/settle-job-items.ts';
import { withdrawCopies } from '../../sql/withdraw-copies.ts';
import { withdrawInvocations } from '../../sql/withdraw-invocations.ts';
import type { HeldJob } from '../held/held-job.ts';
import type { ReplayProgress } from './replay-progress.ts';
import type { ReplaySpec } from './replay-spec.ts';
import { MOST_IN_FLIGHT } from './settle-items.ts';

interface Parts {
  readonly clock: Clock;
  readonly metrics?: Pick<DeliveryMetrics, 'finished'> | undefined;
  /** Schedules a claim at a time (milliseconds since 1970), which may be over. */
  readonly note: (webhookId: string, atMs: number) => void;
}

/** Why a copy that was not sent has ended. */
const WITHDRAWN = 'not sent: its job was paused, stopped or cancelled before';

/**
 * Takes back what a job has made due and nobody has begun to send, for a job that was paused or cancelled,
 * or of a webhook that became inactive. An invocation is as it was before; a copy at another webhook ends,
 * and the job makes a new one if it goes on.
 */
export async function withdrawItems(
  { clock, metrics, note }: Parts,
  job: HeldJob,
  onlyReceiverId?: string,
): Promise<void> {
  const { target_webhook_id: targetId } = job.row.spec as ReplaySpec;
  const items = await job.database.run(readSentItems, { jobId: job.id, limit: MOST_IN_FLIGHT });
  const byReceiver = new Map<string, JobItemRow[]>();
  for (const item of items) {
    const receiverId = targetId ?? item.webhook_id;
    const known = byReceiver.get(receiverId);
    if (known === undefined) byReceiver.set(receiverId, [item]);
    else known.push(item);
  }
  for (const [webhookId, sent] of byReceiver) {
    if (onlyReceiverId !== undefined && webhookId !== onlyReceiverId) continue;
    const progress = job.row.progress as ReplayProgress;
    const sentId = (item: JobItemRow) =>
      targetId === null ? item.invocation_id : (item.target_id ?? item.invocation_id);
    const request = { jobId: job.id, lane: laneOf(webhookId), webhookId, ids: sent.map(sentId) };
    let ended = 0;
    let firstDueMs = Number.POSITIVE_INFINITY;
    await job.moveBy(async (runner) => {
      const rows =
        targetId === null
          ? await runner.run(withdrawInvocations, request)
          : await runner.run(withdrawCopies, {
              ...request,
              reason: WITHDRAWN,
              entry: historyEntry(clock.now(), 'ended', WITHDRAWN),
            });
      ended = rows.filter(({ due_at: dueAt }) => dueAt === null).length;
      for (const { due_at: dueAt } of rows) {
        if (dueAt !== null) firstDueMs = Math.min(firstDueMs, dueAt.getTime());
      }
      const back = new Set(rows.map(({ id }) => id));
      const settled = sent
        .filter((item) => back.has(sentId(item)))
        .map(
          (item): SettledItem => ({
            webhookId: item.webhook_id,
            invocationId: item.invocation_id,
            from: 'sent',
            to: 'pending',
            reason: null,
            attemptsCount: item.attempts_count,
            targetId: null,
          }),
        );
      if (settled.length > 0) await runner.run(settleJobItems, { jobId: job.id, items: settled });
      return { progress: withdrawn(progress, settled.length) };
    });
    metrics?.finished('withdrawn', ended);
    // Their schedules may have come due while the job had them.
    if (firstDueMs < Number.POSITIVE_INFINITY) note(webhookId, firstDueMs);
  }
}

/** Without items that were taken back; a canary that has not passed yet sends others in their place. */
function withdrawn(progress: ReplayProgress, count: number): ReplayProgress {
  const { canary } = progress;
  return {
    ...progress,
    sent: progress.sent - count,
    canary:
      canary === null || canary.passed
        ? canary
        : { ...canary, sent: Math.max(0, canary.sent - count) },
  };
}
