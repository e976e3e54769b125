import { uuid } from '../database/parameters.ts';
import { query } from '../database/query.ts';

/** Deletes writers from before an id of which no delta is left to fold. */
export const deleteOldWriters = query<{ readonly before: string }, never>(
  'delete-old-writers',
  { before: uuid((p) => p.before) },
  `delete from writer w
where w.id < $before and not exists (select from delta where writer = w.id)`,
);
