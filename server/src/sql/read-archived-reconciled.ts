import { bigint, smallint, text, uuid } from '../database/parameters.ts';
import { query } from '../database/query.ts';
import type { ListedStatus } from '../model/delivery-status.ts';
import type { ReconcileRowKind } from '../model/reconcile.ts';

interface Params {
  readonly lane: number;
  readonly webhookId: string;
  /** Both exclusive. */
  readonly aboveId: string;
  readonly belowId: string;
  readonly limit: number;
}

/** An invocation behind a number, with what is archived of it. */
export interface ReconciledRow {
  readonly id: string;
  readonly webhook_id: string;
  /** Where the service gave an id that is not usable. */
  readonly remote_id: string | null;
  /** Null where it is not listed, or no longer kept. */
  readonly status: ListedStatus | null;
  readonly status_code: number | null;
  readonly attempts_count: number | null;
  readonly latest_at: Date | null;
  readonly arrived_at: Date | null;
  readonly event_id: string | null;
}

const SPAN = {
  lane: smallint((p: Params) => p.lane),
  webhook_id: uuid((p: Params) => p.webhookId),
  above: uuid((p: Params) => p.aboveId),
  below: uuid((p: Params) => p.belowId),
  limit: bigint((p: Params) => p.limit),
};

const LISTED = 'i.remote_id, i.status, i.status_code, i.attempts_count, i.latest_at';

const stored = (name: string, order: 'asc' | 'desc') =>
  query<Params & { readonly kind: ReconcileRowKind }, ReconciledRow>(
    name,
    { ...SPAN, kind: text((p) => p.kind) },
    `select r.id, r.webhook_id, ${LISTED}, r.arrived_at, r.event_id
from
  (
    select id, webhook_id, arrived_at, event_id
    from reconcile_row
    where lane = $lane and webhook_id = $webhook_id and kind = $kind and id > $above and id < $below
    order by id ${order}
    limit $limit
  ) as r
  left join archive_invocation i on i.lane = $lane and i.webhook_id = r.webhook_id and i.id = r.id
order by r.id ${order}`,
  );

/** Reads invocations of a webhook behind a number, newest first. */
export const readReconciledBelow = stored('read-archived-reconciled-below', 'desc');

/** Reads invocations of a webhook behind a number, oldest first. */
export const readReconciledAbove = stored('read-archived-reconciled-above', 'asc');

const arrived = (name: string, order: 'asc' | 'desc') =>
  query<Params, ReconciledRow>(
    name,
    SPAN,
    `select i.id, i.webhook_id, ${LISTED}, null::timestamptz as arrived_at, null::text as event_id
from archive_invocation i
where i.lane = $lane and i.webhook_id = $webhook_id and i.id > $above and i.id < $below and i.delivered
  and not exists (
    select from reconcile_row r
    where r.lane = $lane and r.webhook_id = $webhook_id and r.kind = 'not_arrived' and r.id = i.id
  )
order by i.id ${order}
limit $limit`,
  );

/** Reads invocations of a webhook that are listed as success and arrived, newest first. */
export const readArrivedRowsBelow = arrived('read-archived-reconciled-arrived-below', 'desc');

/** Reads the same, oldest first. */
export const readArrivedRowsAbove = arrived('read-archived-reconciled-arrived-above', 'asc');
