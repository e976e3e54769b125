import type { Directory } from '../../directory/directory.ts';
import type { Jobs } from '../../jobs/create-jobs.ts';
import type { Estimate } from '../../jobs/replay/estimate-replay.ts';
import { type ReplayProgress, skippedOf } from '../../jobs/replay/replay-progress.ts';
import type { ReplaySpec } from '../../jobs/replay/replay-spec.ts';
import type { JobRow } from '../../sql/parts/job-row.ts';
import type { JobWebhookRow } from '../../sql/read-job-webhooks.ts';
import type { EraseJobView } from './erase-schema.ts';
import { eraseView } from './erase-view.ts';
import type { ExportJobView } from './export-schema.ts';
import { exportView } from './export-view.ts';
import { jobFieldsView } from './job-fields-view.ts';
import type { JobEstimate, ReplayJobView } from './job-schema.ts';
import type { Line } from './line-of.ts';

interface Shown {
  readonly directory: Directory;
  readonly jobs: Jobs;
  readonly nowMs: number;
  /** Of a job that is shown alone. */
  readonly webhooks?: readonly JobWebhookRow[];
  /** Jobs of its account that are at work, and those that wait before it; where it waits. */
  readonly line?: Line | undefined;
}

/** More webhooks than people read. */
const MOST_SHOWN = 100;

type WaitsFor = NonNullable<ReplayJobView['waits_for']>[number];

/** A job as the API shows it. */
export function jobView(row: JobRow, shown: Shown): ReplayJobView | ExportJobView | EraseJobView {
  if (row.kind === 'erase') return eraseView(row, { line: shown.line });
  return row.kind === 'export'
    ? exportView(row, { line: shown.line, nowMs: shown.nowMs })
    : replayView(row, shown);
}

function replayView(row: JobRow, { directory, jobs, line, nowMs, webhooks }: Shown): ReplayJobView {
  const spec = row.spec as ReplaySpec;
  const progress = row.progress as ReplayProgress;
  const skipped = skippedOf(progress);
  const waiting = progress.selected - progress.sent - skipped;
  const isOpen = row.ended_at === null;
  const left = (webhooks ?? []).filter((one) => one.selected > one.sent + one.skipped);
  const receiver = (id: string) => spec.target_webhook_id ?? id;
  const waitsFor = left.flatMap(({ webhook_id: id }): WaitsFor[] => {
    const held = jobs.heldBy(receiver(id));
    const webhook = { id: receiver(id), ...nameOf(directory, receiver(id)) };
    return held === undefined ? [] : [{ webhook, for: held as WaitsFor['for'] }];
  });
  const longest =
    spec.target_webhook_id === null && webhooks !== undefined
      ? Math.max(0, ...left.map((one) => one.selected - one.sent - one.skipped))
      : waiting;
  return {
    ...jobFieldsView(row, line),
    kind: row.kind as ReplayJobView['kind'],
    ...(row.state === 'running' && {
      expected_end_at: new Date(nowMs + (longest / spec.rate) * 1_000).toISOString(),
    }),
    order: spec.order,
    rate: spec.rate,
    max: spec.max,
    ...(spec.canary !== null && {
      canary: { ...spec.canary, passed: progress.canary?.passed ?? false },
    }),
    ...(spec.stop_on !== null && { stop_on: spec.stop_on }),
    ...(spec.target_webhook_id !== null && { target_webhook_id: spec.target_webhook_id }),
    include_succeeded: spec.include_succeeded,
    counts: {
      selected: progress.selected,
      more: progress.more,
      already_delivered: progress.delivered,
      position: progress.sent + skipped,
      sent: progress.sent,
      succeeded: progress.succeeded,
      failed: progress.failed,
      in_flight: progress.sent - progress.succeeded - progress.failed,
      waiting,
      skipped,
      skipped_by_reason: { ...progress.skipped },
    },
    ...(isOpen && waitsFor.length > 0 && { waits_for: waitsFor.slice(0, MOST_SHOWN) }),
  };
}

function nameOf(directory: Directory, id: string) {
  const webhook = directory.webhook(id);
  return webhook === undefined ? {} : { name: webhook.name };
}

/** What a replay would do as the API shows it. */
export function estimateView(kind: 'replay' | 'resend', estimate: Estimate): JobEstimate {
  return {
    exact: estimate.exact,
    counted: estimate.read,
    invocations: estimate.count,
    by_status: { ...estimate.byStatus },
    webhooks: estimate.webhooks.slice(0, MOST_SHOWN).map(({ byStatus, count, held, webhook }) => {
      const { deletedAt, id, name } = webhook;
      const heldBy = deletedAt === undefined ? held : 'deleted';
      return {
        webhook: {
          id,
          name,
          ...(deletedAt !== undefined && { deleted_at: deletedAt.toISOString() }),
        },
        invocations: count,
        by_status: { ...byStatus } as Record<string, number>,
        ...(heldBy !== undefined && { held_by: heldBy }),
      };
    }),
    webhooks_count: estimate.webhooks.length,
    already_delivered: estimate.delivered,
    bodies_gone: estimate.bodiesGone,
    archived: estimate.archived,
    ...(kind === 'resend' && { skipped_by_reason: { ...estimate.refused } }),
    expected_duration_s: Math.ceil(estimate.durationMs / 1_000),
  };
}
