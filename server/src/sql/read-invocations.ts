import { bigint, scalar, smallint, timestamptz, uuid } from '../database/parameters.ts';
import { type Query, query } from '../database/query.ts';
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

interface Params {
  readonly lane: number;
  readonly webhookId: string;
  readonly status: DeliveryStatus | undefined;
  /** No row has a smaller id: partitions of earlier days are not opened. */
  readonly firstId: string;
  /** Rows strictly beyond this place, in the direction of the statement. */
  readonly startAt: string;
  readonly startId: string;
  /** Where reading ends: the first moment that belongs to the list, or the first after it. */
  readonly end: string;
  readonly limit: number;
}

const deliveryStatus = scalar<DeliveryStatus>('delivery_status');

type ReadInvocations = Query<Params, InvocationRow>;

/**
 * One range of one index, begun at a place and read until the limit: what it costs does not depend
 * on how much lies before or behind. There are four statements instead of one with conditions,
 * because a plan that is made once cannot leave a condition out. The start is the only condition on
 * that side: were there a second one, PostgreSQL could begin at it and throw rows away.
 */
function statement(name: string, descending: boolean, withStatus: boolean): ReadInvocations {
  const [beyond, until, order] = descending ? ['<', '>=', 'desc'] : ['>', '<', 'asc'];
  return query(
    name,
    {
      lane: smallint((p) => p.lane),
      webhook_id: uuid((p) => p.webhookId),
      first_id: uuid((p) => p.firstId),
      start_at: timestamptz((p) => p.startAt),
      start_id: uuid((p) => p.startId),
      end: timestamptz((p) => p.end),
      limit: bigint((p) => p.limit),
      ...(withStatus && { status: deliveryStatus((p: Params) => p.status ?? null) }),
    },
    `select
  id, event_type, status, status_code, attempts_count, due_at, leased,
  (extract(epoch from latest_at) * 1000000)::bigint as latest_at_us
from invocation
where lane = $lane and webhook_id = $webhook_id and id >= $first_id${withStatus ? ' and status = $status' : ''}
  and (latest_at, id) ${beyond} ($start_at, $start_id) and latest_at ${until} $end
order by latest_at ${order}, id ${order}
limit $limit`,
  );
}

const newestFirst = statement('read-invocations-newest-first', true, false);
const oldestFirst = statement('read-invocations-oldest-first', false, false);
const newestFirstOfStatus = statement('read-invocations-newest-first-of-status', true, true);
const oldestFirstOfStatus = statement('read-invocations-oldest-first-of-status', false, true);

/** The statement that reads invocations of one webhook in one direction, of one status or of all. */
export function readInvocations(descending: boolean, withStatus: boolean): ReadInvocations {
  if (withStatus) return descending ? newestFirstOfStatus : oldestFirstOfStatus;
  return descending ? newestFirst : oldestFirst;
}
