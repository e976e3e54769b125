import { type FiltersOf, listQuery } from '../database/list-query.ts';
import { bigint, scalar, smallint, timestamptz, uuid } from '../database/parameters.ts';
import type { DeliveryStatus } from '../delivery-status.ts';

/** An invocation as lists need it. */
export interface InvocationRow {
  readonly id: string;
  readonly event_type: string;
  readonly status: DeliveryStatus;
  readonly status_code: number | null;
  readonly attempts_count: number;
  /** Microseconds since 1970: what rows are sorted by, without loss. */
  readonly latest_at_us: number;
  readonly due_at: Date | null;
  readonly leased: boolean;
}

const deliveryStatus = scalar<DeliveryStatus>('delivery_status');

/** What the list can be filtered by: a new filter is a row here. */
const FILTERS = {
  status: {
    condition: 'status = $status',
    parameter: deliveryStatus((status: DeliveryStatus) => status),
  },
};

export type InvocationFilters = FiltersOf<typeof FILTERS>;

interface Params {
  readonly lane: number;
  readonly webhookId: string;
  readonly filters: InvocationFilters;
  /** No row has a smaller id: partitions of earlier days are not opened. */
  readonly firstId: string;
  /** Rows strictly beyond this place, in the direction of the statement. */
  readonly startAt: string;
  readonly startId: string;
  /** Where reading ends: the first moment that belongs to the list, or the first after it. */
  readonly end: string;
  readonly limit: number;
}

/**
 * Invocations of one webhook: one range of one index, begun at a place and read until the limit. What it
 * costs does not depend on how much lies before or behind. The start is the only condition on that side:
 * were there a second one, PostgreSQL could begin at it and throw rows away.
 */
export const readInvocations = listQuery<Params, InvocationRow>({
  name: 'read-invocations',
  parameters: {
    lane: smallint((p) => p.lane),
    webhook_id: uuid((p) => p.webhookId),
    first_id: uuid((p) => p.firstId),
    start_at: timestamptz((p) => p.startAt),
    start_id: uuid((p) => p.startId),
    end: timestamptz((p) => p.end),
    limit: bigint((p) => p.limit),
  },
  filters: FILTERS,
  text: ({ conditions, descending }) => {
    const [beyond, until, order] = descending ? ['<', '>=', 'desc'] : ['>', '<', 'asc'];
    return `select
  id, event_type, status, status_code, attempts_count, due_at, leased,
  (extract(epoch from latest_at) * 1000000)::bigint as latest_at_us
from invocation
where lane = $lane and webhook_id = $webhook_id and id >= $first_id${conditions}
  and (latest_at, id) ${beyond} ($start_at, $start_id) and latest_at ${until} $end
order by latest_at ${order}, id ${order}
limit $limit`;
  },
});
