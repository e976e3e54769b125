import { float8, smallint } from '../database/parameters.ts';
import { query } from '../database/query.ts';

interface Params {
  readonly lane: number;
  readonly keepMs: number;
}

/** Deletes the counts of one lane that are older than the retention, id by id, as they are keyed. */
function deletion(table: string): string {
  return `with recursive counted as (
  (select counted_id from ${table} where lane = $lane order by counted_id limit 1)
  union all
  select (
    select counted_id from ${table}
    where lane = $lane and counted_id > counted.counted_id
    order by counted_id
    limit 1
  )
  from counted
  where counted.counted_id is not null
)
delete from ${table} r
using counted
where r.lane = $lane and r.counted_id = counted.counted_id
  and r.at < now() - $keep_ms * interval '1 millisecond'`;
}

const PARAMETERS = {
  lane: smallint((p: Params) => p.lane),
  keep_ms: float8((p: Params) => p.keepMs),
};

export const deleteOldHours = query<Params, never>(
  'delete-old-hours',
  PARAMETERS,
  deletion('rollup_hour'),
);

export const deleteOldDays = query<Params, never>(
  'delete-old-days',
  PARAMETERS,
  deletion('rollup_day'),
);
