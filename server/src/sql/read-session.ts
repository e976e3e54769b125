import { uuid } from '../database/parameters.ts';
import { query } from '../database/query.ts';

/** Finds the token of a session. A session whose token is gone has none. */
export const readSession = query<string, { token_id: string }>(
  'read-session',
  { id: uuid((id) => id) },
  `select token_id
from session s
where id = $id and not is_code and exists (select from token t where t.id = s.token_id)`,
);
