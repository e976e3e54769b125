import { insertEraseItems } from '../../sql/insert-erase-items.ts';
import { writeJobSpec } from '../../sql/write-job-spec.ts';
import { type HeldJob, RENEW_MS } from '../held/held-job.ts';
import type { SelectionParts } from '../replay/list-selection.ts';
import type { EraseProgress } from './erase-progress.ts';
import { type EraseSpec, MOST_ERASED } from './erase-spec.ts';
import { openEraseWalks } from './erase-walks.ts';
import { maskQuery } from './mask-query.ts';

/** A page takes some 20 ms to read and as long to write. */
const PAGE = 1_000;

/**
 * Copies what the query selects into the items of a job, a page in each transaction. With the last page the
 * values that it asks for are taken out of the job: they may be what is to be erased.
 */
export async function selectErased(parts: SelectionParts, job: HeldJob): Promise<void> {
  const spec = job.row.spec as EraseSpec;
  const walks = await openEraseWalks(parts, job.accountId, spec);
  while (!job.signal.aborted) {
    const startedMs = performance.now();
    const progress = job.row.progress as EraseProgress;
    const read = walks[progress.walk];
    const room = MOST_ERASED - progress.selected;
    const page = await read?.(progress.after ?? undefined, Math.min(PAGE, room));
    const isLast = progress.walk >= walks.length - 1;
    let isOver = page === undefined;
    await job.moveBy(async (runner) => {
      const [row] =
        page === undefined || page.items.length === 0
          ? [{ added: 0 }]
          : await runner.run(insertEraseItems, { jobId: job.id, items: page.items });
      const selected = progress.selected + (row?.added ?? 0);
      const ends = page?.after === undefined;
      const more = selected >= MOST_ERASED && !(ends && isLast);
      isOver = more || (ends && isLast);
      if (isOver) {
        await runner.run(writeJobSpec, {
          id: job.id,
          spec: { ...spec, query: maskQuery(spec.query) },
        });
      }
      const next: EraseProgress = {
        ...progress,
        selected,
        more,
        walk: ends ? progress.walk + 1 : progress.walk,
        after: page?.after ?? null,
      };
      return { progress: next, ...(isOver && ({ to: 'running', stage: 'running' } as const)) };
    });
    if (isOver) return;
    await job.wait(Math.min(RENEW_MS, performance.now() - startedMs));
  }
}
