import { rows, smallint, uuid } from '../database/parameters.ts';
import { query } from '../database/query.ts';
import { DELTA_PARAMETERS, type Marked } from './parts/delta-mark.ts';
import { ENDED_DELTA } from './parts/ended-delta.ts';

interface Params extends Marked {
  readonly jobId: string;
  readonly lane: number;
  readonly webhookId: string;
  readonly ids: readonly string[];
}

/**
 * Takes back the attempts of a job that are due and not in flight: their invocations are as they were
 * before, due at the time of their schedule or final. A lease that has expired may have sent its request,
 * so it is not taken back.
 */
export const withdrawInvocations = query<Params, { id: string; due_at: Date | null }>(
  'withdraw-invocations',
  {
    job_id: uuid((p) => p.jobId),
    lane: smallint((p) => p.lane),
    webhook_id: uuid((p) => p.webhookId),
    items: rows((p: Params) => p.ids, { id: uuid((id) => id) }),
    ...DELTA_PARAMETERS,
  },
  `with due as (
  select t.*
  from
    $items as s
    cross join lateral (
      select lane, webhook_id, id
      from invocation
      where lane = $lane and webhook_id = $webhook_id and id = s.id
        and manual and by_job and job_id = $job_id and not leased
      for update skip locked
    ) as t
),
withdrawn as (
update invocation i
set due_at = i.resume_at, resume_at = null, manual = false, by_job = false
from due
where i.lane = due.lane and i.webhook_id = due.webhook_id and i.id = due.id
returning i.lane, i.webhook_id, i.id, i.status, i.error_class, i.due_at
),
ended as (
  select * from withdrawn where due_at is null
),
appended as (
${ENDED_DELTA}
)
select id, due_at from withdrawn`,
  { appendsIn: ({ lane }) => lane, oneLane: true },
);
