import { idArray } from '../database/binary-arrays.ts';
import { integer, rows, scalar, smallint, uuid } from '../database/parameters.ts';
import { query } from '../database/query.ts';

interface Params {
  /** Of the account. */
  readonly lane: number;
  readonly ids: readonly string[];
  /** The smallest and the greatest of them, and the first id of the day after. */
  readonly firstId: string;
  readonly lastId: string;
  readonly beforeId: string;
  /** Where the index has their values. */
  readonly nodes: readonly number[];
}

const OTHERS = `cross join lateral (
    select array_agg(u.hash order by u.place) as hashes, array_agg(u.event_id order by u.place) as events
    from unnest(b.hashes, b.events) with ordinality as u (hash, event_id, place)
    where not (u.event_id = any ($ids))
  ) as o`;

/**
 * Takes events out of what events are found by, sorted or not. `found` is how many rows had them: run it in
 * one transaction until that is 0. Rows that are being sorted then are locked by the statement that sorts them,
 * so this waits, and finds what became of them the next time; rows that it has changed are sorted by nobody
 * before its transaction ends.
 */
export const eraseKeys = query<Params, { found: number }>(
  'erase-keys',
  {
    lane: smallint((p) => p.lane),
    ids: scalar<readonly string[]>('uuid[]', idArray)((p) => p.ids),
    first_id: uuid((p) => p.firstId),
    last_id: uuid((p) => p.lastId),
    before_id: uuid((p) => p.beforeId),
    nodes: rows((p: Params) => p.nodes, { node: integer((node: number) => node) }),
  },
  `with
batch as materialized (
  select b.last_id, o.hashes, o.events
  from key_batch b ${OTHERS}
  where b.lane = $lane and b.last_id >= $first_id and b.first_id <= $last_id and b.events && $ids
),
block as materialized (
  select b.node, b.last_id, b.part, o.hashes, o.events
  from
    $nodes as n
    cross join lateral (
      select node, last_id, part, hashes, events
      from key_block
      where lane = $lane and node = n.node and last_id >= $first_id and last_id < $before_id
        and first_id <= $last_id and events && $ids
      offset 0
    ) as b ${OTHERS}
),
emptied_batches as (
  delete from key_batch k using batch b
  where k.lane = $lane and k.last_id = b.last_id and b.hashes is null
),
changed_batches as (
  update key_batch k set hashes = b.hashes, events = b.events from batch b
  where k.lane = $lane and k.last_id = b.last_id and b.hashes is not null
),
emptied_blocks as (
  delete from key_block k using block b
  where k.lane = $lane and k.node = b.node and k.last_id = b.last_id and k.part = b.part
    and b.hashes is null
),
changed_blocks as (
  update key_block k set hashes = b.hashes, events = b.events from block b
  where k.lane = $lane and k.node = b.node and k.last_id = b.last_id and k.part = b.part
    and b.hashes is not null
)
select ((select count(*) from batch) + (select count(*) from block))::integer as found`,
);
