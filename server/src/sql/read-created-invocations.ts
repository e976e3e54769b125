import { type FiltersOf, listQuery } from '../database/list-query.ts';
import { bigint, rows, scalar, smallint, uuid } from '../database/parameters.ts';
import type { DeliveryStatus } from '../model/delivery-status.ts';
import type { InvocationRow } from './read-invocations.ts';

/** An invocation in a list of several webhooks; its id says when it was created. */
export interface CreatedInvocationRow extends InvocationRow {
  readonly webhook_id: string;
  readonly event_id: string;
  readonly reason: string | null;
}

const deliveryStatuses = scalar<readonly DeliveryStatus[]>('delivery_status[]');

/** The filters of the list: add a row for a new one. */
const FILTERS = {
  statuses: {
    condition: 'status = any ($statuses)',
    parameter: deliveryStatuses((statuses: readonly DeliveryStatus[]) => statuses),
  },
};

export type CreatedInvocationFilters = FiltersOf<typeof FILTERS>;

interface Params {
  readonly lane: number;
  /** Webhooks of this lane. */
  readonly webhookIds: readonly string[];
  readonly filters: CreatedInvocationFilters;
  /** Reading starts strictly beyond this id, in the direction of the statement. */
  readonly startId: string;
  /** Reading ends here: at the first id of the slice (inclusive), or at the first one after it. */
  readonly endId: string;
  /** Of all webhooks together. */
  readonly limit: number;
}

/**
 * Reads invocations of some webhooks of a lane by creation, within a slice of time: one range of the
 * primary key for each webhook and day, from the start to the limit. Days that are not needed are not
 * touched: PostgreSQL skips those outside the slice, and reads the others one after the other. At most
 * `limit` rows of each webhook are sorted.
 *
 * A filter is applied to the rows of these ranges; when few rows pass, the slice bounds what is read.
 */
export const readCreatedInvocations = listQuery<Params, CreatedInvocationRow>({
  name: 'read-created-invocations',
  parameters: {
    lane: smallint((p) => p.lane),
    webhooks: rows((p: Params) => p.webhookIds, { webhook_id: uuid((id) => id) }),
    start_id: uuid((p) => p.startId),
    end_id: uuid((p) => p.endId),
    limit: bigint((p) => p.limit),
  },
  filters: FILTERS,
  text: ({ conditions, descending }) => {
    const [beyond, until, order] = descending ? ['<', '>=', 'desc'] : ['>', '<', 'asc'];
    return `select
  i.id, i.webhook_id, i.event_id, i.event_type, i.status, i.status_code, i.attempts_count, i.due_at,
  i.leased, i.reason, (extract(epoch from i.latest_at) * 1000000)::bigint as latest_at_us
from
  $webhooks as w
  cross join lateral (
    select *
    from invocation
    where lane = $lane and webhook_id = w.webhook_id
      and id ${beyond} $start_id and id ${until} $end_id${conditions}
    order by id ${order}
    limit $limit
  ) as i
order by i.id ${order}
limit $limit`;
  },
});
