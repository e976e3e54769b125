import { bigint, uuid } from '../database/parameters.ts';
import { query } from '../database/query.ts';

interface Params {
  readonly jobId: string;
  readonly limit: number;
}

/** Deletes up to `limit` items of a job that erased. */
export const deleteEraseItems = query<Params, { id: string }>(
  'delete-erase-items',
  { job_id: uuid((p) => p.jobId), limit: bigint((p) => p.limit) },
  `with old as (
  select job_id, webhook_id, id
  from erase_item
  where job_id = $job_id
  order by job_id, webhook_id, id
  limit $limit
)
delete from erase_item i
using old
where i.job_id = old.job_id and i.webhook_id = old.webhook_id and i.id = old.id
returning i.id`,
);
