import { insertInto } from '../database/insert-into.ts';
import { boolean, uuid } from '../database/parameters.ts';
import { type Parameters, query } from '../database/query.ts';

interface Params {
  readonly id: string;
  readonly tokenId: string;
  readonly isCode: boolean;
}

const COLUMNS: Parameters<Params> = {
  id: uuid((p) => p.id),
  token_id: uuid((p) => p.tokenId),
  is_code: boolean((p) => p.isCode),
};

/** Creates a session, or a code that signs in once. */
export const insertSession = query<Params, never>(
  'insert-session',
  COLUMNS,
  insertInto('session', COLUMNS),
);
