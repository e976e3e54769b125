import type { Runner } from '../../database/database.ts';
import { laneOf } from '../../model/lanes.ts';
import { type JobItemRow, readSentItems } from '../../sql/read-job-items.ts';
import { type JobOutcomeRow, readJobOutcomes } from '../../sql/read-job-outcomes.ts';
import { type SettledItem, settleJobItems } from '../../sql/settle-job-items.ts';
import { withdrawInvocations } from '../../sql/withdraw-invocations.ts';
import type { HeldJob } from '../held/held-job.ts';
import { type ReplayProgress, withSkips } from './replay-progress.ts';
import { MOST_OF_LAST, type ReplaySpec } from './replay-spec.ts';
import type { SkipReason } from './skip-reason.ts';

/** More than this of a job is never in flight. */
export const MOST_IN_FLIGHT = 2_000;

/** Whether an attempt failed through us: then it is made again. */
const UNCOUNTED = /^not counted:/;

/** What is in flight of a job, by webhook. */
export type InFlight = ReadonlyMap<string, number>;

const targetOf = (spec: ReplaySpec, item: JobItemRow) =>
  spec.target_webhook_id !== null && item.target_id !== null
    ? { webhookId: spec.target_webhook_id, id: item.target_id, after: 0 }
    : { webhookId: item.webhook_id, id: item.invocation_id, after: item.attempts_count };

/**
 * Counts the outcomes of what a job has sent, in one transaction with its progress. Resolves to what is
 * still in flight.
 */
export async function settleItems(database: Runner, job: HeldJob): Promise<InFlight> {
  const spec = job.row.spec as ReplaySpec;
  const items = await database.run(readSentItems, { jobId: job.id, limit: MOST_IN_FLIGHT });
  const inFlight = new Map<string, number>();
  if (items.length === 0) return inFlight;
  const sent = items.map((item) => targetOf(spec, item));
  const rows = await database.run(readJobOutcomes, { jobId: job.id, sent });
  const outcomes = new Map(rows.map((row) => [`${row.webhook_id} ${row.id}`, row]));
  const settled: SettledItem[] = [];
  for (const [index, item] of items.entries()) {
    const { id, webhookId } = sent[index] as ReturnType<typeof targetOf>;
    const outcome = outcomes.get(`${webhookId} ${id}`);
    const became = outcomeOf(item, outcome);
    if (became === undefined) {
      inFlight.set(item.webhook_id, (inFlight.get(item.webhook_id) ?? 0) + 1);
    } else {
      settled.push(became);
    }
  }
  if (settled.length > 0) {
    await job.move({ progress: progressAfter(job, settled) }, async (runner) => {
      await runner.run(settleJobItems, { jobId: job.id, items: settled });
    });
  }
  return inFlight;
}

/** Undefined: its attempt is due or in flight. */
function outcomeOf(item: JobItemRow, row: JobOutcomeRow | undefined): SettledItem | undefined {
  const settled = {
    webhookId: item.webhook_id,
    invocationId: item.invocation_id,
    from: 'sent',
    reason: null,
    attemptsCount: item.attempts_count,
    targetId: item.target_id,
  } as const;
  const skip = (reason: SkipReason): SettledItem => ({ ...settled, to: 'skipped', reason });
  if (row === undefined) return skip('invocation gone');
  if (row.waiting) return undefined;
  if (row.status === null) {
    if (row.reason_code === 'deleted') return skip('webhook deleted');
    return skip(row.reason_code === 'expired' ? 'body gone' : 'ended');
  }
  if (row.reason !== null && UNCOUNTED.test(row.reason)) {
    // A copy at another webhook is made again as a new one.
    return {
      ...settled,
      to: 'pending',
      attemptsCount: item.target_id === null ? row.attempts_count : item.attempts_count,
      targetId: null,
    };
  }
  return { ...settled, to: row.status === 'success' ? 'succeeded' : 'failed' };
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

/**
 * Takes back what a job has made due and nobody has begun to send, for a job that was paused or cancelled.
 * A copy at another webhook stays: it is an invocation of its own by then.
 */
export async function withdrawItems(
  database: Runner,
  job: HeldJob,
  onlyWebhookId?: string,
): Promise<void> {
  const items = await database.run(readSentItems, { jobId: job.id, limit: MOST_IN_FLIGHT });
  const own = items.filter(({ target_id: target }) => target === null);
  const byWebhook = new Map<string, JobItemRow[]>();
  for (const item of own) {
    const known = byWebhook.get(item.webhook_id);
    if (known === undefined) byWebhook.set(item.webhook_id, [item]);
    else known.push(item);
  }
  for (const [webhookId, sent] of byWebhook) {
    if (onlyWebhookId !== undefined && webhookId !== onlyWebhookId) continue;
    const progress = job.row.progress as ReplayProgress;
    const ids = sent.map(({ invocation_id: id }) => id);
    const lane = laneOf(webhookId);
    let withdrawn = 0;
    await job.moveBy(async (runner) => {
      const rows = await runner.run(withdrawInvocations, { jobId: job.id, lane, webhookId, ids });
      withdrawn = rows.length;
      const back = new Set(rows.map(({ id }) => id));
      const settled = sent
        .filter(({ invocation_id: id }) => back.has(id))
        .map(
          (item): SettledItem => ({
            webhookId,
            invocationId: item.invocation_id,
            from: 'sent',
            to: 'pending',
            reason: null,
            attemptsCount: item.attempts_count,
            targetId: null,
          }),
        );
      if (settled.length > 0) await runner.run(settleJobItems, { jobId: job.id, items: settled });
      return { progress: { ...progress, sent: progress.sent - withdrawn } };
    });
  }
}
