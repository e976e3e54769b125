import { idArray } from '../database/binary-arrays.ts';
import { bigint, scalar, smallint, uuid } from '../database/parameters.ts';
import { query } from '../database/query.ts';
import { FIRST_NODE, FIRST_SHIFT, LAST_NODE, LAST_SHIFT } from './parts/key-nodes.ts';
import { keyRows, ROW_ENTRIES } from './parts/key-rows.ts';

interface Params {
  readonly lane: number;
  /** Rows up to this id are not looked at: what PostgreSQL still has to remove of them is not read again. */
  readonly after: string;
  /** The first ids of days, in order. */
  readonly days: readonly string[];
  /** Older entries are dropped: their events are. */
  readonly oldest: string;
  readonly limit: number;
}

interface Folded {
  /** Rows of `key_batch` that are gone. */
  readonly taken: number;
  /** The entries in them. */
  readonly entries: number;
  /** The id of the last of them; null if there are none. */
  readonly last_id: string | null;
}

/**
 * Moves the oldest rows of a lane from `key_batch` to `key_block`, sorted by node: one transaction, so a
 * look-up finds each entry in one of them. A value that fills a row goes to the last level at once: it would
 * fill the nodes on its way down, be written four times, and be in rows of its own in the end. Nodes that
 * fold a lane together take different rows. 3,000
 * entries take some 5 ms. The rows are deleted by an array of ids, so that each is looked up in the key: a
 * join may read all of the lane instead, or compare each with each.
 */
export const foldKeys = query<Params, Folded>(
  'fold-keys',
  {
    lane: smallint((p) => p.lane),
    after: uuid((p) => p.after),
    days: scalar<readonly string[]>('uuid[]', idArray)((p) => p.days),
    oldest: uuid((p) => p.oldest),
    limit: bigint((p) => p.limit),
  },
  `with
  picked as (
    select last_id
    from key_batch
    where lane = $lane and last_id > $after
    order by last_id
    limit $limit
    for update skip locked
  ),
  taken as (
    delete from key_batch b
    where b.lane = $lane and b.last_id = any (array(select last_id from picked))
    returning b.first_id, b.last_id, b.hashes, b.events, width_bucket(b.last_id, $days) as day
  ),
  kept as (
    select * from taken where last_id >= $oldest
  ),
  span as (
    select
      day, (array_agg(first_id order by first_id))[1] as first_id,
      (array_agg(last_id order by last_id desc))[1] as last_id
    from kept
    group by day
  ),
  frequent as (
    select u.hash
    from kept t cross join lateral unnest(t.hashes) as u (hash)
    group by u.hash
    having count(*) >= ${ROW_ENTRIES}
  ),
  block as (
    select
      t.day,
      case
        when u.hash = any (array(select hash from frequent))
          then (${LAST_NODE} + (u.hash >> ${LAST_SHIFT}))::integer
        else (${FIRST_NODE} + (u.hash >> ${FIRST_SHIFT}))::integer
      end as node,
      array_agg(u.hash) as hashes, array_agg(u.event_id) as events
    from kept t cross join lateral unnest(t.hashes, t.events) as u (hash, event_id)
    group by t.day, node
  ),
  made as (
    ${keyRows('block b join span s on s.day = b.day')}
  )
select
  (select count(*) from taken)::integer as taken,
  (select coalesce(sum(cardinality(hashes)), 0) from taken)::integer as entries,
  (select last_id from taken order by last_id desc limit 1) as last_id`,
);
