import { bigint, smallint, timestamptzMs, uuid } from '../database/parameters.ts';
import { query } from '../database/query.ts';
import { RECONCILE_KINDS } from '../model/reconcile.ts';

interface OfWebhook {
  readonly lane: number;
  readonly webhookId: string;
  /** Of invocations with a smaller id. */
  readonly before: string;
  readonly limit: number;
}

/** Removes up to `limit` of the invocations behind the numbers of a webhook. */
export const removeReconciledRows = query<OfWebhook, { id: string }>(
  'remove-reconciled',
  {
    lane: smallint((p) => p.lane),
    webhook_id: uuid((p) => p.webhookId),
    before: uuid((p) => p.before),
    limit: bigint((p) => p.limit),
  },
  `with old as (
  select kind, id
  from reconcile_row
  where lane = $lane and webhook_id = $webhook_id
    and kind in (${RECONCILE_KINDS.map((kind) => `'${kind}'`).join(', ')}) and id < $before
  limit $limit
)
delete from reconcile_row r
using old
where r.lane = $lane and r.webhook_id = $webhook_id and r.kind = old.kind and r.id = old.id
returning r.id`,
);

interface OfSource {
  readonly sourceId: string;
  readonly beforeMs: number;
  readonly limit: number;
}

/** Removes up to `limit` numbers of hours of a source before a time, the oldest first. */
export const removeReconcileHours = query<OfSource, { webhook_id: string }>(
  'remove-reconciled-hours',
  {
    source_id: uuid((p) => p.sourceId),
    before: timestamptzMs((p) => p.beforeMs),
    limit: bigint((p) => p.limit),
  },
  `with old as (
  select hour_at, webhook_id
  from reconcile_hour
  where source_id = $source_id and hour_at < $before
  order by hour_at, webhook_id
  limit $limit
)
delete from reconcile_hour h
using old
where h.source_id = $source_id and h.hour_at = old.hour_at and h.webhook_id = old.webhook_id
returning h.webhook_id`,
);
