import { bigint, integer, smallint, uuid } from '../database/parameters.ts';
import { query } from '../database/query.ts';
import { KEY_HASH_BITS } from '../model/key-hash.ts';
import { LEVEL_BITS, levelOf } from './parts/key-nodes.ts';
import { keyRows } from './parts/key-rows.ts';

/** Rows of a node in one day. */
export interface KeyNode {
  readonly lane: number;
  readonly node: number;
  /** The first id of the day, and of the next one. */
  readonly from: string;
  readonly before: string;
}

interface Params extends KeyNode {
  /** Into the nodes below; otherwise into fewer rows of the same node. */
  readonly split: boolean;
  /** So many rows are taken, oldest first, and those with the same `last_id` as the last of them. */
  readonly limit: number;
}

const bitsBelow = ({ node, split }: Params) => (levelOf(node) + (split ? 1 : 0)) * LEVEL_BITS;

/**
 * Makes fewer and fuller rows of the oldest rows of a node, or moves their entries to the nodes below.
 * One statement of one lane: a look-up finds each entry before or after it, and never twice. Rows with
 * one `last_id` move together, because what is made of them has the greatest one in its key; of nodes that
 * merge the same, the second waits, and finds nothing left.
 */
export const mergeKeyNode = query<Params, { taken: number }>(
  'merge-key-node',
  {
    lane: smallint((p) => p.lane),
    node: integer((p) => p.node),
    from_id: uuid((p) => p.from),
    before_id: uuid((p) => p.before),
    limit: bigint((p) => p.limit),
    first_child: integer((p) => 2 ** bitsBelow(p)),
    shift: integer((p) => KEY_HASH_BITS - bitsBelow(p)),
  },
  `with
  cut as (
    select last_id
    from key_block
    where lane = $lane and node = $node and last_id >= $from_id and last_id < $before_id
    order by last_id
    offset $limit - 1
    limit 1
  ),
  picked as (
    select last_id, part
    from key_block
    where lane = $lane and node = $node and last_id >= $from_id and last_id < $before_id
      and last_id <= coalesce((select last_id from cut), $before_id)
    order by last_id, part
    for update
  ),
  taken as (
    delete from key_block b
    using picked p
    where b.lane = $lane and b.node = $node and b.last_id = p.last_id and b.part = p.part
      and b.last_id >= $from_id and b.last_id < $before_id
    returning b.first_id, b.last_id, b.hashes, b.events
  ),
  span as (
    select
      (array_agg(first_id order by first_id))[1] as first_id,
      (array_agg(last_id order by last_id desc))[1] as last_id
    from taken
    having count(*) > 0
  ),
  block as (
    select
      ($first_child + (u.hash >> $shift))::integer as node, array_agg(u.hash) as hashes,
      array_agg(u.event_id) as events
    from taken t cross join lateral unnest(t.hashes, t.events) as u (hash, event_id)
    group by node
  ),
  made as (
    ${keyRows('block b cross join span s')}
  )
select count(*)::integer as taken from taken`,
);
