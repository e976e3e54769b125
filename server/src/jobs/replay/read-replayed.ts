import type { JobItemRow } from '../../sql/read-job-items.ts';
import { type JobOutcomeRow, readJobOutcomes } from '../../sql/read-job-outcomes.ts';
import type { SettledItem } from '../../sql/settle-job-items.ts';
import type { HeldJob } from '../held/held-job.ts';
import type { ReplaySpec } from './replay-spec.ts';
import type { SkipReason } from './skip-reason.ts';

/** Whether an attempt failed through us: then it is made again. */
const UNCOUNTED = /^not counted:/;

const targetOf = (spec: ReplaySpec, item: JobItemRow) =>
  spec.target_webhook_id !== null && item.target_id !== null
    ? { webhookId: spec.target_webhook_id, id: item.target_id, after: 0 }
    : { webhookId: item.webhook_id, id: item.invocation_id, after: item.attempts_count };

/** Reads what became of items that a replay made due; undefined: in flight. */
export async function readReplayed(
  job: HeldJob,
  items: readonly JobItemRow[],
): Promise<(SettledItem | undefined)[]> {
  const spec = job.row.spec as ReplaySpec;
  const sent = items.map((item) => targetOf(spec, item));
  const rows = await job.database.run(readJobOutcomes, { jobId: job.id, sent });
  const outcomes = new Map(rows.map((row) => [`${row.webhook_id} ${row.id}`, row]));
  return items.map((item, index) => {
    const { id, webhookId } = sent[index] as ReturnType<typeof targetOf>;
    return outcomeOf(item, outcomes.get(`${webhookId} ${id}`));
  });
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
