import { bigint, text, timestamptzMs, uuid } from '../database/parameters.ts';
import { query } from '../database/query.ts';
import { RECONCILE_KINDS, type ReconcileCounts, type ReconcileKind } from '../model/reconcile.ts';

interface OfSpan {
  readonly sourceId: string;
  /** Null: all. */
  readonly webhookId: string | null;
  /** Hours: the first inclusive, the end exclusive. */
  readonly fromMs: number;
  readonly toMs: number;
}

const SPAN = {
  source_id: uuid((p: OfSpan) => p.sourceId),
  webhook_id: uuid((p: OfSpan) => p.webhookId),
  from: timestamptzMs((p: OfSpan) => p.fromMs),
  to: timestamptzMs((p: OfSpan) => p.toMs),
};

const IN_SPAN = `h.source_id = $source_id and h.hour_at >= $from and h.hour_at < $to
  and ($webhook_id is null or h.webhook_id = $webhook_id)`;

/** An hour of a webhook with its numbers. */
export interface ReconcileHourRow extends ReconcileCounts {
  readonly hour_at: Date;
  readonly webhook_id: string;
  readonly webhook_name: string;
  readonly inbox_id: string;
  /** What of the hour is compared. */
  readonly from_at: Date;
  readonly to_at: Date;
}

interface PageParams extends OfSpan {
  /** Only hours with one of this kind; null: all. */
  readonly kind: ReconcileKind | null;
  /** Exclusive: beyond this hour, or beyond this webhook in it. */
  readonly beyondMs: number;
  readonly beyondWebhook: string;
  readonly limit: number;
}

const COUNTS = RECONCILE_KINDS.map((kind) => `h.${kind}`).join(', ');
const OF_KIND = `($kind is null or case $kind
    ${RECONCILE_KINDS.map((kind) => `when '${kind}' then h.${kind}`).join('\n    ')}
  end > 0)`;

const page = (name: string, compare: '<' | '>', order: 'asc' | 'desc') =>
  query<PageParams, ReconcileHourRow>(
    name,
    {
      ...SPAN,
      kind: text((p) => p.kind),
      beyond_hour: timestamptzMs((p) => p.beyondMs),
      beyond_webhook: uuid((p) => p.beyondWebhook),
      limit: bigint((p) => p.limit),
    },
    `select h.hour_at, h.webhook_id, w.name as webhook_name, h.inbox_id, h.from_at, h.to_at, ${COUNTS}
from reconcile_hour h join archive_webhook w on w.id = h.webhook_id
where ${IN_SPAN}
  and (h.hour_at, h.webhook_id) ${compare} ($beyond_hour, $beyond_webhook) and ${OF_KIND}
order by h.hour_at ${order}, h.webhook_id ${order}
limit $limit`,
  );

/** Reads hours of a source, the latest first. */
export const readReconcileHoursBelow = page('read-reconcile-hours-below', '<', 'desc');

/** Reads hours of a source, the earliest first. */
export const readReconcileHoursAbove = page('read-reconcile-hours-above', '>', 'asc');

/** Sums up the hours of a span: one row. */
export const readReconcileTotal = query<OfSpan, ReconcileCounts>(
  'read-reconcile-hours-total',
  SPAN,
  `select ${RECONCILE_KINDS.map((kind) => `coalesce(sum(h.${kind}), 0)::float8 as ${kind}`).join(', ')}
from reconcile_hour h
where ${IN_SPAN}`,
);
