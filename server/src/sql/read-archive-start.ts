import { text } from '../database/parameters.ts';
import { query } from '../database/query.ts';

/** Reads the name of the oldest month of archived invocations; null without one. */
export const readArchiveStart = query<undefined, { name: string | null }>(
  'read-archive-start',
  { parent: text(() => 'archive_invocation') },
  `select min(c.relname) as name
from pg_inherits h join pg_class c on c.oid = h.inhrelid
where h.inhparent = to_regclass($parent) and c.relname ~ '_[0-9]{6}$'`,
);
