import { int8Array } from '../database/binary-arrays.ts';
import { bigint, integer, rows, scalar, smallint, uuid } from '../database/parameters.ts';
import { query } from '../database/query.ts';

interface Params {
  readonly lane: number;
  readonly hashes: readonly number[];
  /** The nodes in which the hashes can be. */
  readonly nodes: readonly number[];
  /** The first event, inclusive, and the one before which events are found. */
  readonly from: string;
  readonly before: string;
  /** How many rows of each node are read, newest first. */
  readonly most: number;
  /** Of how many of these, which have one of the values, events are taken. */
  readonly matched: number;
  /** How many events come back, newest first. */
  readonly limit: number;
}

/** An event that may have one of the values. */
interface Found {
  /** Null in the only row when nothing was found. */
  readonly id: string | null;
  /** Where it did not take all rows: all events that are newer were found. */
  readonly read_to: string | null;
}

const bigints = scalar<readonly number[]>('bigint[]', int8Array);

/**
 * Finds events by the hashes of values, in what is not sorted yet and in a range of each node for each
 * day. One statement of one lane sees each entry in one place, whatever is being sorted meanwhile.
 * `most` bounds what is read of a value that millions of events have.
 */
export const findKeyedEvents = query<Params, Found>(
  'find-keyed-events',
  {
    lane: smallint((p) => p.lane),
    hashes: bigints((p) => p.hashes),
    nodes: rows((p: Params) => p.nodes, { node: integer((node: number) => node) }),
    from_id: uuid((p) => p.from),
    before_id: uuid((p) => p.before),
    most: bigint((p) => p.most),
    matched: bigint((p) => p.matched),
    limit: bigint((p) => p.limit),
  },
  `with
  read as materialized (
    select b.last_id, b.place, b.hashes, b.events
    from
      $nodes as n
      cross join lateral (
        select last_id, hashes, events, row_number() over (order by last_id desc, part desc) as place
        from key_block
        where lane = $lane and node = n.node and last_id >= $from_id and first_id < $before_id
        order by last_id desc, part desc
        limit $most
      ) as b
  ),
  matched as materialized (
    select last_id, hashes, events from read where hashes && $hashes order by last_id desc limit $matched
  ),
  edge as (
    select last_id
    from (
      select last_id from read where place = $most
      union all
      (select last_id from matched order by last_id desc offset $matched - 1 limit 1)
    ) as unread
    order by last_id desc
    limit 1
  ),
  found as (
    select u.event_id
    from
      (
        select hashes, events
        from key_batch
        where lane = $lane and last_id >= $from_id and first_id < $before_id and hashes && $hashes
        order by last_id
      ) as b
      cross join lateral unnest(b.hashes, b.events) as u (hash, event_id)
    where u.hash = any ($hashes)
    union
    select u.event_id
    from matched m cross join lateral unnest(m.hashes, m.events) as u (hash, event_id)
    where u.hash = any ($hashes)
  )
select f.event_id as id, (select last_id from edge) as read_to
from
  (values (true)) as always (present)
  left join (
    select event_id
    from found
    where event_id >= $from_id and event_id < $before_id
      and (not exists (select from edge) or event_id > (select last_id from edge))
    order by event_id desc
    limit $limit
  ) as f on true
order by f.event_id desc`,
);
