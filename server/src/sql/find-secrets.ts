import { bytea, rows } from '../database/parameters.ts';
import { query } from '../database/query.ts';

/**
 * Finds those of some hashes that are of a token, or of the address of an inbox. Inboxes have no index for this: they
 * are read once a statement.
 */
export const findSecrets = query<readonly Buffer[], { hash: Buffer }>(
  'find-secrets',
  { hashes: rows((hashes) => hashes, { hash: bytea((hash: Buffer) => hash) }) },
  `select s.hash
from $hashes as s
where exists (select from token t where t.hash = s.hash)
  or s.hash in (select token_hash from inbox)
  or s.hash in (select previous_hash from inbox where previous_hash is not null)`,
);
