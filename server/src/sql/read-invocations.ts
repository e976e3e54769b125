import { type FiltersOf, listQuery } from '../database/list-query.ts';
import { bigint, scalar, smallint, timestamptz, uuid } from '../database/parameters.ts';
import type { ListedStatus } from '../model/delivery-status.ts';
import { forEachFamily } from './parts/trail-family.ts';

/** An invocation, as lists show it. */
export interface InvocationRow {
  readonly id: string;
  /** Null where it is unknown: of an archived one. */
  readonly event_type: string | null;
  readonly status: ListedStatus;
  readonly status_code: number | null;
  readonly attempts_count: number;
  /** The sort key at full precision: microseconds since 1970. */
  readonly latest_at_us: number;
  readonly due_at: Date | null;
  readonly leased: boolean;
}

const deliveryStatus = scalar<ListedStatus>('delivery_status');

/** The filters of the list: add a row for a new one. */
const FILTERS = {
  status: {
    condition: 'status = $status',
    parameter: deliveryStatus((status: ListedStatus) => status),
  },
};

export type InvocationFilters = FiltersOf<typeof FILTERS>;

interface Params {
  readonly lane: number;
  readonly webhookId: string;
  readonly filters: InvocationFilters;
  /** A lower bound of the ids, so PostgreSQL skips the partitions of earlier days. */
  readonly firstId: string;
  /** Reading starts strictly beyond this row, in the direction of the statement. */
  readonly startAt: string;
  readonly startId: string;
  /** Reading ends here: at the list's first moment (inclusive), or at the first moment after it. */
  readonly end: string;
  readonly limit: number;
}

/**
 * Reads invocations of one webhook: one range of one index, from the start to the limit, so the
 * cost does not depend on the rows before or after. The start is the only condition on its side:
 * with a second one PostgreSQL could begin there and discard rows.
 */
export const readInvocations = forEachFamily(({ named, tables }) =>
  listQuery<Params, InvocationRow>({
    name: named('read-invocations'),
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
from ${tables.invocation}
where lane = $lane and webhook_id = $webhook_id and id >= $first_id${conditions}
  and (latest_at, id) ${beyond} ($start_at, $start_id) and latest_at ${until} $end
order by latest_at ${order}, id ${order}
limit $limit`;
    },
  }),
);
