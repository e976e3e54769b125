import { endsMs } from '../../jobs/export/ends-ms.ts';
import type { ExportEstimate } from '../../jobs/export/estimate-export.ts';
import type { ExportProgress } from '../../jobs/export/export-progress.ts';
import type { ExportSpec } from '../../jobs/export/export-spec.ts';
import { filesUntilMs } from '../../jobs/export/files-until-ms.ts';
import { DAY_MS } from '../../model/time-units.ts';
import type { JobRow } from '../../sql/parts/job-row.ts';
import type { ExportEstimateView, ExportJobView } from './export-schema.ts';
import { jobFieldsView } from './job-fields-view.ts';

/** More webhooks than people read. */
const MOST_SHOWN = 100;

/** What is expected later than this says nothing: an export that was paused at its beginning. */
const MOST_EXPECTED_MS = 365 * DAY_MS;

/** An export as the API shows it. */
export function exportView(
  row: JobRow,
  { line, nowMs }: { readonly line: Parameters<typeof jobFieldsView>[1]; readonly nowMs: number },
): ExportJobView {
  const spec = row.spec as ExportSpec;
  const { bytes, files, firstMs, reachedMs, rows } = row.progress as ExportProgress;
  const share =
    row.state === 'done'
      ? 1
      : firstMs === null || reachedMs === null
        ? 0
        : Math.min(1, (reachedMs - firstMs) / Math.max(1, endsMs(spec) - firstMs));
  const startedMs = row.started_at?.getTime() ?? nowMs;
  const leftMs = share > 0 ? (nowMs - startedMs) * (1 / share - 1) : Number.POSITIVE_INFINITY;
  const untilMs = filesUntilMs(row);
  return {
    ...jobFieldsView(row, line),
    kind: 'export',
    ...(row.state === 'running' &&
      leftMs <= MOST_EXPECTED_MS && {
        expected_end_at: new Date(nowMs + leftMs).toISOString(),
      }),
    of: spec.of,
    format: spec.format,
    bodies: spec.bodies,
    role: spec.role,
    counts: { rows, bytes },
    share: Number(share.toFixed(4)),
    ...(reachedMs !== null && { reached: new Date(reachedMs).toISOString() }),
    files: {
      count: files,
      ...(untilMs !== undefined && { kept_until: new Date(untilMs).toISOString() }),
      ...(untilMs !== undefined && untilMs <= nowMs && { deleted: true }),
    },
  };
}

/** What an export would have as the API shows it. */
export function exportEstimateView({
  exact,
  read,
  rows,
  webhooks,
}: ExportEstimate): ExportEstimateView {
  return {
    exact,
    counted: read,
    rows,
    ...(webhooks !== undefined && {
      webhooks: webhooks
        .slice(0, MOST_SHOWN)
        .map(({ byStatus, count, webhook: { deletedAt, id, name, origin } }) => ({
          webhook: {
            id,
            name,
            ...(deletedAt !== undefined && { deleted_at: deletedAt.toISOString() }),
            ...(origin !== undefined && { origin }),
          },
          invocations: count,
          by_status: { ...byStatus },
        })),
      webhooks_count: webhooks.length,
    }),
  };
}
