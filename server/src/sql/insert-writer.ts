import { uuid } from '../database/parameters.ts';
import { query } from '../database/query.ts';

/** Makes a writer known to those who read deltas, before its first delta. */
export const insertWriter = query<string, never>(
  'insert-writer',
  { id: uuid((id: string) => id) },
  'insert into writer (id) values ($id) on conflict (id) do nothing',
);
