import { bigint, rows, uuid } from '../database/parameters.ts';
import { query } from '../database/query.ts';

interface Params {
  readonly accountId: number;
  readonly invocationIds: readonly string[];
}

/** A copy at another webhook. */
interface Copy {
  readonly webhook_id: string;
  readonly id: string;
}

/** Reads the copies that jobs of an account have made of invocations: one probe for each job with a target. */
export const readJobCopies = query<Params, Copy>(
  'read-job-copies',
  {
    account_id: bigint((p) => p.accountId),
    invocations: rows((p: Params) => p.invocationIds, { id: uuid((id) => id) }),
  },
  `select c.webhook_id, c.id
from
  (
    select id, (spec ->> 'target_webhook_id') as target
    from job
    where account_id = $account_id and spec ->> 'target_webhook_id' is not null
  ) as j
  cross join $invocations as s
  cross join lateral (
    select j.target as webhook_id, made.id
    from
      job_item
      cross join lateral unnest(earlier_target_ids || target_id) as made (id)
    where job_id = j.id and invocation_id = s.id and made.id is not null
    offset 0
  ) as c`,
);
