import { uuid } from '../database/parameters.ts';
import { query } from '../database/query.ts';
import { firstIdAt } from '../model/ids.ts';

/** Reads the writers of deltas that began at a time or later. */
export const readWriters = query<{ sinceMs: number }, { id: string }>(
  'read-writers',
  { since: uuid((p) => firstIdAt(p.sinceMs)) },
  'select id from writer where id >= $since order by id',
);
