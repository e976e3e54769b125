import { insertJobItems, type SelectedItem } from '../../sql/insert-job-items.ts';
import type { HeldJob } from '../held/held-job.ts';
import { chooseRows } from './choose-rows.ts';
import { openSelection, type SelectionParts } from './list-selection.ts';
import { type ReplayProgress, withSkips } from './replay-progress.ts';
import type { ReplaySpec } from './replay-spec.ts';
import type { SendingWay } from './sending-way.ts';

/** A page takes some 20 ms to read and as long to write. */
const PAGE = 1_000;

/**
 * Copies what the query selects into the items of a job, a page in each transaction: from then on only
 * these are sent. Between two pages it pauses as long as the page took, so it uses half of a connection.
 */
export async function selectItems(
  parts: SelectionParts,
  way: Pick<SendingWay, 'refusals'>,
  job: HeldJob,
): Promise<void> {
  const spec = job.row.spec as ReplaySpec;
  const selection = await openSelection(parts, job.accountId, {
    query: spec.query,
    beforeMs: spec.before_ms,
    descending: spec.order === 'newest',
  });
  while (!job.signal.aborted) {
    const startedMs = performance.now();
    const progress = job.row.progress as ReplayProgress;
    const room = spec.max - progress.selected;
    const page = await selection.read(progress.after ?? undefined, Math.min(PAGE, room));
    const { chosen, delivered } = chooseRows(page.rows, spec);
    const refused = await way.refusals(job.accountId, spec, selection, chosen);
    const items = chosen.map((row): SelectedItem => {
      const reason = refused.get(row) ?? null;
      return {
        webhookId: row.webhook_id,
        invocationId: row.id,
        attemptsCount: row.attempts_count,
        state: reason === null ? 'pending' : 'skipped',
        reason,
      };
    });
    const skips = items.flatMap(({ reason }) => (reason === null ? [] : [reason]));
    const selected = progress.selected + items.length;
    const isFull = selected >= spec.max;
    const isOver = page.after === undefined || isFull;
    const next: ReplayProgress = {
      ...progress,
      selected,
      skipped: withSkips(progress, skips),
      delivered: progress.delivered + delivered,
      more: isFull && page.after !== undefined,
      after: page.after ?? null,
    };
    await job.move(
      { progress: next, ...(isOver && { to: 'running', stage: 'running' }) },
      async (runner) => {
        if (items.length > 0) await runner.run(insertJobItems, { jobId: job.id, items });
      },
    );
    if (isOver) return;
    await job.wait(performance.now() - startedMs);
  }
}
