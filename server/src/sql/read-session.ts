import { uuid } from '../database/parameters.ts';
import { query } from '../database/query.ts';

/** Finds the token of a session. */
export const readSession = query<string, { token_id: string }>(
  'read-session',
  { id: uuid((id) => id) },
  'select token_id from session where id = $id and not is_code',
);
