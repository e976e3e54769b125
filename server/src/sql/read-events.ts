import { idArray, int2Array } from '../database/binary-arrays.ts';
import { query } from '../database/query.ts';
import { laneOf } from '../model/lanes.ts';

interface Params {
  readonly ids: readonly string[];
  /** Bodies of more bytes than this are left out (null). */
  readonly maxBytes: number;
}

/** The bodies of events. An id without a row is an event that is no longer kept. */
export const readEvents = query<Params, { id: string; body: string | null }>(
  'read-events',
  `select e.id, case when octet_length(e.body) <= $3::bigint then e.body end as body
from unnest($1::smallint[], $2::uuid[]) as w (lane, id)
join event e on e.lane = w.lane and e.id = w.id`,
  ({ ids, maxBytes }) => [int2Array(ids.map(laneOf)), idArray(ids), maxBytes],
);
