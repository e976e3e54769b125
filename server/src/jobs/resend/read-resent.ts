import { type ResendRow, readArchivedResends } from '../../sql/read-archived-resends.ts';
import type { JobItemRow } from '../../sql/read-job-items.ts';
import type { SettledItem } from '../../sql/settle-job-items.ts';
import type { HeldJob } from '../held/held-job.ts';

/** Whether an attempt failed through us: then it is made again. */
const UNCOUNTED = /^not counted:/;

/** Reads what became of items that a resend sent; undefined: in flight. */
export async function readResent(
  job: HeldJob,
  items: readonly JobItemRow[],
): Promise<(SettledItem | undefined)[]> {
  const sent = items.map((item) => ({
    webhookId: item.webhook_id,
    invocationId: item.invocation_id,
    number: item.attempts_count,
  }));
  const rows = await job.database.run(readArchivedResends, { sent });
  const outcomes = new Map(rows.map((row) => [`${row.webhook_id} ${row.id}`, row]));
  return items.map((item) =>
    outcomeOf(item, outcomes.get(`${item.webhook_id} ${item.invocation_id}`)),
  );
}

function outcomeOf(item: JobItemRow, row: ResendRow | undefined): SettledItem | undefined {
  const settled = {
    webhookId: item.webhook_id,
    invocationId: item.invocation_id,
    from: 'sent',
    reason: null,
    attemptsCount: item.attempts_count,
    targetId: null,
  } as const;
  if (row === undefined) return { ...settled, to: 'skipped', reason: 'invocation gone' };
  if (row.status === 'unknown') {
    // Its node died, or could not record the outcome: whether the receiver has it is unknown.
    return row.waiting ? undefined : { ...settled, to: 'pending' };
  }
  if (row.reason !== null && UNCOUNTED.test(row.reason)) return { ...settled, to: 'pending' };
  return { ...settled, to: row.status === 'success' ? 'succeeded' : 'failed' };
}
