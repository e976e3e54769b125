import { bigint, uuid } from '../database/parameters.ts';
import { query } from '../database/query.ts';
import { LANES } from '../model/lanes.ts';

interface Params {
  /** A lane whose oldest row is older is found. */
  readonly olderThan: string;
  /** And one with so many rows. */
  readonly rows: number;
}

/** Finds the lanes whose rows of `key_batch` are to be sorted: each lane is one range of its key. */
export const findKeyLanes = query<Params, { lane: number }>(
  'find-key-lanes',
  {
    older_than: uuid((p) => p.olderThan),
    rows: bigint((p) => p.rows),
  },
  `select l.lane::smallint as lane
from
  generate_series(0, ${LANES - 1}) as l (lane)
where
  (
    select last_id from key_batch where lane = l.lane::smallint order by last_id limit 1
  ) < $older_than
  or (
    select true from key_batch where lane = l.lane::smallint order by last_id offset $rows limit 1
  )`,
  { laneByLane: true },
);
