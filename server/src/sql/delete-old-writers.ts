import { uuid } from '../database/parameters.ts';
import { query } from '../database/query.ts';

/** Deletes writers from before an id of which no delta is left to fold. */
export const deleteOldWriters = query<{ readonly before: string }, never>(
  'delete-old-writers',
  { before: uuid((p) => p.before) },
  `with used as (
  select distinct w.id
  from
    writer w
    join delta d on d.writer = w.id
  where w.id < $before
)
delete from writer
where id < $before and id not in (select id from used)`,
);
