import { bigint, uuid } from '../database/parameters.ts';
import { query } from '../database/query.ts';

interface Params {
  /** The first id to keep. */
  readonly firstKept: string;
  readonly limit: number;
}

/** Deletes up to `limit` expired rows of the audit, oldest first. */
export const deleteOldAudit = query<Params, { id: string }>(
  'delete-old-audit',
  {
    first_kept: uuid((p) => p.firstKept),
    limit: bigint((p) => p.limit),
  },
  `with old as (
  select id
  from audit
  where id < $first_kept
  order by id
  limit $limit
  for update skip locked
)
delete from audit a
using old
where a.id = old.id
returning a.id`,
);
