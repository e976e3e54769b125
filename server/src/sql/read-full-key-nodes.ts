import { integer, rows, smallint, uuid } from '../database/parameters.ts';
import { query } from '../database/query.ts';

interface Params {
  readonly lane: number;
  readonly nodes: readonly number[];
  /** The first id of the day, and of the next one. */
  readonly from: string;
  readonly before: string;
  /** Nodes with fewer rows are left as they are. */
  readonly least: number;
  /** So many rows of a node are counted. */
  readonly most: number;
}

/** A node with many rows, of which so many were counted. */
export interface FullKeyNode {
  readonly node: number;
  readonly rows: number;
  readonly entries: number;
}

/** Counts the rows of nodes in one day. */
export const readFullKeyNodes = query<Params, FullKeyNode>(
  'read-full-key-nodes',
  {
    lane: smallint((p) => p.lane),
    nodes: rows((p: Params) => p.nodes, { node: integer((node: number) => node) }),
    from_id: uuid((p) => p.from),
    before_id: uuid((p) => p.before),
    least: integer((p) => p.least),
    most: integer((p) => p.most),
  },
  `select n.node, b.rows, b.entries
from
  $nodes as n
  cross join lateral (
    select count(*)::integer as rows, sum(cardinality(hashes))::integer as entries
    from (
      select hashes
      from key_block
      where lane = $lane and node = n.node and last_id >= $from_id and last_id < $before_id
      limit $most
    ) as one
  ) as b
where b.rows >= $least`,
);
