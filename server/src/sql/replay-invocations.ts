import { bigint, integer, rows, smallint, text, uuid } from '../database/parameters.ts';
import { query } from '../database/query.ts';
import {
  DELTA_COLUMNS,
  DELTA_PARAMETERS,
  DELTA_VALUES,
  IS_MARKED,
  type Marked,
} from './parts/delta-mark.ts';
import { MAX_HISTORY } from './parts/history.ts';

/** An invocation as the job selected it. */
export interface ReplayedItem {
  readonly id: string;
  readonly attemptsCount: number;
}

interface Params extends Marked {
  readonly accountId: number;
  /** The version of the account's directory by which it was allowed. */
  readonly version: number;
  readonly jobId: string;
  readonly lane: number;
  readonly webhookId: string;
  readonly items: readonly ReplayedItem[];
  /** The history entry, with the job and who asked, as JSON. */
  readonly entry: string;
}

/**
 * Makes a page of invocations of one webhook due for one attempt each, which their schedule does not
 * count, as `replay-invocation` does for one: except those that were attempted since they were selected,
 * are in flight, or are due for a manual attempt already. Returns those that it took; none if the
 * account's directory is newer than the version.
 */
export const replayInvocations = query<Params, { id: string }>(
  'replay-invocations',
  {
    account_id: bigint((p) => p.accountId),
    version: bigint((p) => p.version),
    job_id: uuid((p) => p.jobId),
    lane: smallint((p) => p.lane),
    webhook_id: uuid((p) => p.webhookId),
    items: rows((p: Params) => p.items, {
      id: uuid((item) => item.id),
      attempts_count: integer((item) => item.attemptsCount),
    }),
    entry: text((p) => p.entry),
    ...DELTA_PARAMETERS,
  },
  `with
was as (
  select t.*
  from
    $items as s
    cross join lateral (
      select lane, webhook_id, id, due_at is null as final, status as old_status
      from invocation
      where lane = $lane and webhook_id = $webhook_id and id = s.id
        and attempts_count = s.attempts_count and not leased and not manual and erased_at is null
      for update
    ) as t
  where exists (select from account where id = $account_id and directory_version = $version)
),
replayed as (
update invocation i
set
  resume_at = i.due_at,
  manual = true,
  by_job = true,
  job_id = $job_id,
  delivered = i.delivered or i.status = 'success',
  blamed_count = 0,
  begun = false,
  history = case
    when length(i.history) > ${MAX_HISTORY} then i.history
    else coalesce(i.history || ',', '') || $entry
  end,
  due_at = date_trunc('milliseconds', now())
from was
where i.lane = was.lane and i.webhook_id = was.webhook_id and i.id = was.id
returning i.lane, i.webhook_id, i.id, i.error_class, was.old_status, was.final
),
appended as (
insert into delta (
  ${DELTA_COLUMNS}, webhook_ids, lanes, invocation_ids, statuses, error_classes, settled
)
select
  ${DELTA_VALUES}, 'replayed', array_agg(webhook_id), array_agg(lane), array_agg(id),
  array_agg(old_status), array_agg(error_class), array_agg(final)
from replayed
having ${IS_MARKED} and count(*) > 0
)
select id from replayed`,
  { appendsIn: ({ lane }) => lane, oneLane: true },
);
