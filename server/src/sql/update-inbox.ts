import { bigint, bytea, integer, text, timestamptzMs, uuid } from '../database/parameters.ts';
import { query } from '../database/query.ts';
import type { InboxRow } from './read-inboxes.ts';

/** Replaces an inbox. */
export const updateInbox = query<InboxRow, never>(
  'update-inbox',
  {
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
  },
  `update inbox
set
  name = $name, scheme = $scheme, secrets = $secrets, tolerance_seconds = $tolerance_seconds,
  default_type = $default_type, type_header = $type_header, id_header = $id_header,
  token_hash = $token_hash, previous_hash = $previous_hash, previous_until = $previous_until,
  updated_at = $updated_at
where account_id = $account_id and id = $id`,
);
