import type { EraseProgress } from '../../jobs/erase/erase-progress.ts';
import type { EraseSpec } from '../../jobs/erase/erase-spec.ts';
import type { EraseEstimate } from '../../jobs/erase/estimate-erase.ts';
import { maskQuery } from '../../jobs/erase/mask-query.ts';
import { skippedOf } from '../../jobs/replay/replay-progress.ts';
import type { JobRow } from '../../sql/parts/job-row.ts';
import type { EraseEstimateView, EraseJobView } from './erase-schema.ts';
import { jobFieldsView } from './job-fields-view.ts';

/** An erasure as the API shows it: without the values that its query asks for. */
export function eraseView(
  row: JobRow,
  { line }: { readonly line: Parameters<typeof jobFieldsView>[1] },
): EraseJobView {
  const { query } = row.spec as EraseSpec;
  const progress = row.progress as EraseProgress;
  const skipped = skippedOf(progress);
  return {
    ...jobFieldsView(row, line),
    query: [...maskQuery(query)],
    kind: 'erase',
    counts: {
      selected: progress.selected,
      more: progress.more,
      position: progress.erased + skipped,
      erased: progress.erased,
      invocations: progress.invocations,
      attempts: progress.attempts,
      waiting: progress.selected - progress.erased - skipped,
      skipped,
      skipped_by_reason: { ...progress.skipped },
    },
  };
}

/** What an erasure would do as the API shows it. */
export function eraseEstimateView({
  archived,
  events,
  exact,
  exports,
  invocations,
  skipped,
}: EraseEstimate): EraseEstimateView {
  return {
    exact,
    events,
    archived,
    invocations,
    skipped: skippedOf({ skipped }),
    skipped_by_reason: { ...skipped },
    exports: exports.map(({ expires_at: expiresAt, files, id }) => ({
      id,
      files,
      ...(expiresAt !== null && { kept_until: expiresAt.toISOString() }),
    })),
  };
}
