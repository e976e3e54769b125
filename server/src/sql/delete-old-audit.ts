import { query } from '../database/query.ts';
import { uuidFromId } from '../model/ids.ts';

interface Params {
  /** The first id that is kept. */
  readonly firstKept: string;
  readonly limit: number;
}

/** Deletes up to `limit` rows of the audit that are older than what is kept, oldest first. */
export const deleteOldAudit = query<Params, { id: string }>(
  'delete-old-audit',
  `with old as (
  select id
  from audit
  where id < $1
  order by id
  limit $2
  for update skip locked
)
delete from audit a
using old
where a.id = old.id
returning a.id`,
  ({ firstKept, limit }) => [uuidFromId(firstKept), limit],
);
