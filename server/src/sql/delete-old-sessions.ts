import { bigint, uuid } from '../database/parameters.ts';
import { query } from '../database/query.ts';

interface Params {
  /** The first id to keep. */
  readonly firstKept: string;
  readonly limit: number;
}

/** Deletes up to `limit` expired sessions and codes, oldest first. */
export const deleteOldSessions = query<Params, never>(
  'delete-old-sessions',
  { first_kept: uuid((p) => p.firstKept), limit: bigint((p) => p.limit) },
  `with old as (
  select id
  from session
  where id < $first_kept
  order by id
  limit $limit
  for update skip locked
)
delete from session s
using old
where s.id = old.id`,
);
