import { boolean, uuid } from '../database/parameters.ts';
import { query } from '../database/query.ts';

interface Params {
  readonly id: string;
  readonly isCode: boolean;
}

/** Ends a session, or takes a code: of two callers with one code, one gets its row. */
export const deleteSession = query<Params, { token_id: string }>(
  'delete-session',
  { id: uuid((p) => p.id), is_code: boolean((p) => p.isCode) },
  'delete from session where id = $id and is_code = $is_code returning token_id',
);
