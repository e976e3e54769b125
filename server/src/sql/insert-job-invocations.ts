import {
  bigint,
  integer,
  rows,
  smallint,
  text,
  timestamptzMs,
  uuid,
} from '../database/parameters.ts';
import { query } from '../database/query.ts';
import { idTimeMs } from '../model/ids.ts';
import {
  DELTA_COLUMNS,
  DELTA_PARAMETERS,
  DELTA_VALUES,
  IS_MARKED,
  type Marked,
} from './parts/delta-mark.ts';

/** An invocation that a job makes at another webhook. */
export interface CopiedInvocation {
  readonly id: string;
  readonly eventId: string;
  readonly eventType: string;
  /** The webhook of the invocation that it is a copy of. */
  readonly originWebhookId: string;
  readonly originId: string;
  /** The history entry that links it to its origin, as JSON. */
  readonly entry: string;
}

interface Params extends Marked {
  readonly accountId: number;
  /** The version of the account's directory by which it was allowed. */
  readonly version: number;
  readonly jobId: string;
  readonly lane: number;
  readonly webhookId: string;
  readonly items: readonly CopiedInvocation[];
}

/**
 * Makes invocations of events at a webhook that did not get them, due now for the one attempt of a job.
 * None if the account's directory is newer than the version.
 */
export const insertJobInvocations = query<Params, { id: string }>(
  'insert-job-invocations',
  {
    account_id: bigint((p) => p.accountId),
    version: bigint((p) => p.version),
    job_id: uuid((p) => p.jobId),
    lane: smallint((p) => p.lane),
    webhook_id: uuid((p) => p.webhookId),
    items: rows((p: Params) => p.items, {
      id: uuid((item) => item.id),
      event_id: uuid((item) => item.eventId),
      event_type: text((item) => item.eventType),
      origin_webhook_id: uuid((item) => item.originWebhookId),
      origin_id: uuid((item) => item.originId),
      latest_at: timestamptzMs((item) => idTimeMs(item.id)),
      entry: text((item) => item.entry),
      one: integer(() => 1),
    }),
    ...DELTA_PARAMETERS,
  },
  `with
made as (
insert into invocation (
  lane, id, webhook_id, event_id, event_type, latest_at, due_at, manual, by_job, job_id, history,
  origin_webhook_id, origin_id
)
select
  $lane, s.id, $webhook_id, s.event_id, s.event_type, s.latest_at, date_trunc('milliseconds', now()),
  true, true, $job_id, s.entry, s.origin_webhook_id, s.origin_id
from $items as s
where exists (select from account where id = $account_id and directory_version = $version)
returning id, event_id, webhook_id
),
appended as (
insert into delta (
  ${DELTA_COLUMNS}, event_ids, account_ids, first_invocation_ids, invocation_counts, webhook_ids
)
select
  ${DELTA_VALUES}, 'accepted', array_agg(m.event_id), array_agg($account_id), array_agg(m.id),
  array_agg(s.one), array_agg(m.webhook_id)
from made m
join $items as s on s.id = m.id
having ${IS_MARKED} and count(*) > 0
)
select id from made`,
  { appendsIn: ({ lane }) => lane },
);
