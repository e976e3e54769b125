import { rows, smallint, text, timestamptzMs, uuid } from '../database/parameters.ts';
import { query } from '../database/query.ts';
import type { ReconcileRowKind } from '../model/reconcile.ts';
import { RECONCILE_KINDS } from '../model/reconcile.ts';

/** An invocation behind a number. */
export interface ReconcileRow {
  readonly id: string;
  readonly kind: ReconcileRowKind;
  readonly arrivedMs: number | null;
  /** The id of the event that it arrived as. */
  readonly eventId: string | null;
}

interface Params {
  readonly lane: number;
  readonly webhookId: string;
  /** Of a span of ids: the end is exclusive. */
  readonly fromId: string;
  readonly untilId: string;
  readonly rows: readonly ReconcileRow[];
}

const KINDS = RECONCILE_KINDS.map((kind) => `'${kind}'`).join(', ');

/** Removes what a span has no longer. What stays is not written again. */
export const removeReconcileRows = query<Params, never>(
  'write-reconcile-rows-gone',
  {
    lane: smallint((p) => p.lane),
    webhook_id: uuid((p) => p.webhookId),
    from_id: uuid((p) => p.fromId),
    until_id: uuid((p) => p.untilId),
    rows: rows((p: Params) => p.rows, { id: uuid((r) => r.id), kind: text((r) => r.kind) }),
  },
  `delete from reconcile_row r
where r.lane = $lane and r.webhook_id = $webhook_id and r.kind in (${KINDS})
  and r.id >= $from_id and r.id < $until_id
  and (r.kind, r.id) not in (select n.kind, n.id from $rows as n)`,
);

/** Writes the invocations behind the numbers of a span. */
export const writeReconcileRows = query<Params, never>(
  'write-reconcile-rows',
  {
    lane: smallint((p) => p.lane),
    webhook_id: uuid((p) => p.webhookId),
    rows: rows((p: Params) => p.rows, {
      id: uuid((r) => r.id),
      kind: text((r) => r.kind),
      arrived_at: timestamptzMs((r) => r.arrivedMs),
      event_id: text((r) => r.eventId),
    }),
  },
  `insert into reconcile_row (lane, webhook_id, kind, id, arrived_at, event_id)
select $lane, $webhook_id, n.kind, n.id, n.arrived_at, n.event_id
from $rows as n
on conflict (lane, webhook_id, kind, id) do nothing`,
);
