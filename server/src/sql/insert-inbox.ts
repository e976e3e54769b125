import { insertInto } from '../database/insert-into.ts';
import { bigint, bytea, integer, text, timestamptzMs, uuid } from '../database/parameters.ts';
import { type Parameters, query } from '../database/query.ts';
import type { InboxRow } from './read-inboxes.ts';

const COLUMNS: Parameters<InboxRow> = {
  account_id: bigint((row) => row.account_id),
  id: uuid((row) => row.id),
  name: text((row) => row.name),
  scheme: text((row) => row.scheme),
  secrets: bytea((row) => row.secrets),
  tolerance_seconds: integer((row) => row.tolerance_seconds),
  default_type: text((row) => row.default_type),
  type_header: text((row) => row.type_header),
  id_header: text((row) => row.id_header),
  token_hash: bytea((row) => row.token_hash),
  previous_hash: bytea((row) => row.previous_hash),
  previous_until: timestamptzMs((row) => row.previous_until?.getTime() ?? null),
  updated_at: timestamptzMs((row) => row.updated_at.getTime()),
};

/** Creates an inbox. */
export const insertInbox = query<InboxRow, never>(
  'insert-inbox',
  COLUMNS,
  insertInto('inbox', COLUMNS),
);
